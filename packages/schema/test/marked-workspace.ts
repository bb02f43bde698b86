import {
  compileWorkspace,
  type Diagnostic,
  type LoadResult,
  type SourceFile,
} from '../src/index.ts'

/** Enough of a workspace to stand on: a user entity and one that belongs to it. */
export const BASE: Readonly<Record<string, string>> = {
  'entities/user.yaml': `entity: User
fields:
  id: { type: uuid, primary: true, generated: true }
  username: { type: string, required: true, unique: true }
  role: { type: enum, values: [user, admin], default: user }
`,
}

export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endColumn: number
}

/** Texts in which ⟦…⟧ marks where a diagnostic is expected, and where that is. */
export function readMarks(texts: Readonly<Record<string, string>>): {
  readonly files: SourceFile[]
  readonly places: Place[]
} {
  const places: Place[] = []
  const files = Object.entries(texts).map(([path, marked]) => {
    const lines = marked.split('\n').map((text, index) => {
      let line = text
      for (let start = line.indexOf('⟦'); start >= 0; start = line.indexOf('⟦')) {
        const end = line.indexOf('⟧') - 1
        line = line.replace('⟦', '').replace('⟧', '')
        places.push({ file: path, line: index + 1, column: start + 1, endColumn: end + 1 })
      }
      return line
    })
    return { path, text: lines.join('\n') }
  })
  return { files, places }
}

export function compileTexts(texts: Readonly<Record<string, string>>): LoadResult {
  return compileWorkspace(
    Object.entries({ ...BASE, ...texts }).map(([path, text]) => ({ path, text })),
  )
}

/** The fields of an entity `Doc` around which a case is built. */
export function docWith(fields: string, rest = ''): Readonly<Record<string, string>> {
  return {
    'entities/doc.yaml': `entity: Doc
fields:
  id: { type: uuid, primary: true, generated: true }
${fields}
${rest}`,
  }
}

export function brief({ severity, code, file, line, column, message }: Diagnostic): string {
  return `${file}:${line}:${column} ${severity} ${code} ${message}`
}

// The cases of a folder. Their form is judged here, what they say of a contract by check-vector.ts.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readDocuments, type Diagnostic, type LocatedDocument } from '@proj/dbal-schema'
import type { Asking, PlainRecord, Step, Vector } from './vector.ts'

export interface VectorFile {
  readonly path: string
  readonly text: string
}

export interface VectorsResult {
  readonly vectors: readonly Vector[]
  /** By file and position. A file with an error gives no vectors. */
  readonly diagnostics: readonly Diagnostic[]
  readonly files: readonly VectorFile[]
}

/** Every `*.yaml` under `folder`, in the order of their paths. Rejects when the folder cannot be read. */
export async function readVectors(folder: string): Promise<VectorsResult> {
  const names = await readdir(folder, { recursive: true })
  const files: VectorFile[] = []
  for (const name of names.filter((each) => /\.ya?ml$/.test(each)).sort())
    files.push({ path: name, text: await readFile(join(folder, name), 'utf8') })
  const read = files.map(vectorsOf)
  return {
    vectors: read.flatMap(({ vectors }) => vectors),
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics),
    files,
  }
}

function vectorsOf(file: VectorFile): Omit<VectorsResult, 'files'> {
  const { documents, diagnostics } = readDocuments(file, 'conformance')
  const isBroken = diagnostics.some(({ severity }) => severity === 'error')
  return {
    vectors: isBroken ? [] : documents.flatMap((document) => vectorsIn(document, file.path)),
    diagnostics,
  }
}

/** What a case may say, and the document it stands in for all of them. */
interface Shared {
  readonly spec?: readonly string[]
  readonly workspace?: string
  readonly as?: Asking
  readonly context?: PlainRecord
  readonly given?: Readonly<Record<string, readonly PlainRecord[]>>
}

interface WrittenCase extends Shared {
  readonly name: string
  readonly requires?: string | readonly string[]
  readonly max_query_complexity?: number
  readonly known_failures?: Readonly<Record<string, string>>
  readonly operations: readonly Step[]
}

function vectorsIn({ value, at }: LocatedDocument, path: string): Vector[] {
  const chapter = path.includes('/') ? (path.split('/')[0] as string) : ''
  const isList = Array.isArray(value)
  const shared = (isList || value === null ? {} : value) as Shared
  const cases = (isList ? value : (value as { cases?: unknown } | null)?.cases) ?? []
  return (cases as readonly WrittenCase[]).map((written, n) => {
    const { name, operations, requires = [], known_failures: knownFailures = {} } = written
    const { spec = [], workspace, as, context, given = {} } = { ...shared, ...written }
    return {
      name,
      spec,
      workspace,
      as,
      context,
      given,
      requires: typeof requires === 'string' ? [requires] : requires,
      maxQueryComplexity: written.max_query_complexity,
      knownFailures,
      steps: operations,
      chapter,
      source: at(isList ? [n] : ['cases', n]),
    }
  })
}

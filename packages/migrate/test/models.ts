import { compileWorkspace, type Model } from '@proj/dbal-schema'

/** The model of entities given as YAML documents. */
export function model(...entities: readonly string[]): Model {
  const { model: found, diagnostics } = compileWorkspace(
    entities.map((text, at) => ({ path: `entities/e${at}.yaml`, text })),
  )
  if (found !== undefined) return found
  throw new Error(diagnostics.map(({ message, hint }) => `${message} ${hint ?? ''}`).join('\n'))
}

const ID = 'id: { type: integer, primary: true }'

/** An entity `Thing` with an integer key, the fields that are given, and more of its blocks. */
export function thing(fields: readonly string[], more = ''): string {
  const lines = [ID, ...fields].map((field) => `  ${field}`)
  return `entity: Thing\nfields:\n${lines.join('\n')}\n${more}`
}

/** `Parent` and, with a foreign key to it, `Child`. */
export function family(reference: string, parent: readonly string[] = []): readonly string[] {
  const fields = [ID, ...parent].map((field) => `  ${field}`).join('\n')
  return [
    `entity: Parent\nfields:\n${fields}`,
    `entity: Child\nfields:\n  ${ID}\n  parentId: ${reference}`,
  ]
}

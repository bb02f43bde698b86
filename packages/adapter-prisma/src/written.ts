// What a compiled statement writes to, read from its text: not every error names the table.

export interface Written {
  readonly verb: 'insert' | 'update' | 'delete'
  readonly table: string
}

const WRITE = /^(INSERT INTO|UPDATE|DELETE FROM) (?:"((?:[^"]|"")+)"|`((?:[^`]|``)+)`)/i

/** Undefined for a statement that reads, or is none of the compiler's. */
export function readWritten(text: string): Written | undefined {
  const match = WRITE.exec(text)
  if (match === null) return undefined
  const table = match[2]?.replaceAll('""', '"') ?? match[3]?.replaceAll('``', '`') ?? ''
  const verb = (match[1] ?? '').slice(0, 6).toLowerCase() as Written['verb']
  return { verb, table }
}

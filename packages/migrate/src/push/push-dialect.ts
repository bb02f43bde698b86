import { unsupported, type Adapter, type SchemaPort } from '@proj/dbal-contract'
import { dialectFor, dialectOfServer, type SqlDialect } from '@proj/dbal-sql'

/** Throws CAPABILITY_NOT_SUPPORTED for an adapter without tables. */
export function schemaPortOf({ name, schema }: Adapter): SchemaPort {
  if (schema === undefined) throw unsupported('migrations', `the ${name} adapter has no tables`)
  return schema
}

export async function pushDialect(port: SchemaPort): Promise<SqlDialect> {
  if (port.dialect !== 'mysql') return dialectFor(port.dialect)
  const [row] = await port.query('SELECT VERSION() AS v')
  return dialectOfServer('mysql', String(row?.['v']))
}

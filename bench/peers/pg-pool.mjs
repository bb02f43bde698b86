import pg from 'pg'

/** `dates`: timestamps without a time zone are read as UTC, which some peers do by themselves. */
export function openPgPool(url, poolSize, dates = false) {
  const types = new pg.TypeOverrides()
  if (dates) types.setTypeParser(pg.types.builtins.TIMESTAMP, (text) => new Date(`${text}Z`))
  const pool = new pg.Pool({ connectionString: url, max: poolSize, types })
  // A database is dropped as soon as its pool has ended; a connection that is still closing says so.
  pool.on('error', () => undefined)
  return pool
}

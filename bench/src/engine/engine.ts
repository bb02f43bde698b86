/** `bridge` is no database of its own: a server in this process has one of SQLite, and peers reach it by a socket. */
export const ENGINE_NAMES = ['sqlite', 'postgres', 'mariadb', 'duckdb', 'bridge'] as const
export type EngineName = (typeof ENGINE_NAMES)[number]
export type DatabaseName = Exclude<EngineName, 'bridge'>

export const SERVERS = ['postgres', 'mariadb'] as const
export type ServerName = (typeof SERVERS)[number]

export function isServer(name: EngineName): name is ServerName {
  return (SERVERS as readonly EngineName[]).includes(name)
}

/** What the rows are in. */
export const databaseOf = (engine: EngineName): DatabaseName =>
  engine === 'bridge' ? 'sqlite' : engine

/** A database for one peer alone. */
export interface Place {
  readonly url: string
  /** What brings the database to the model, where a peer's connection is the database. */
  readonly statements: readonly string[]
  /** As the server's own upkeep leaves it in time: no dead rows, and statistics of what is there. */
  tidy(): Promise<void>
  /** Called when the peer has closed. */
  remove(): Promise<void>
}

export interface Engine {
  readonly name: EngineName
  /** Version of the server or the library. */
  readonly version: string
  makePlace(): Promise<Place>
  close(): Promise<void>
}

// An engine by its name: in this process, or the server that the environment names.
import type { Model } from '@proj/dbal-contract'
import { openServer } from './server.ts'
import { isServer, type Engine, type EngineName } from './engine.ts'
import { memoryEngine } from './memory-engine.ts'

const VARIABLES = { postgres: 'DBAL_TEST_POSTGRES_URL', mariadb: 'DBAL_TEST_MYSQL_URL' } as const

/** A text says why there is none. */
export async function openEngine(name: EngineName, model: Model): Promise<Engine | string> {
  if (!isServer(name)) return memoryEngine(name, model)
  const variable = VARIABLES[name]
  const url = process.env[variable]
  if (url === undefined || url === '') return `${variable} is not set`
  return openServer(name, url, model)
}

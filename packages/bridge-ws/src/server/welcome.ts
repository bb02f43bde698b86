// The answer to hello: the version both speak, whether both mean the same schema, and who is asking.
import { DBALError, invalid, isPlainObject } from '@proj/dbal-contract'
import { PACK, VERSIONS, type Welcome } from '../protocol/handshake.ts'
import { differingEntities } from '../protocol/schema-shape.ts'
import type { Login } from './bridge-host.ts'
import type { Service } from './caller.ts'

type Params = Readonly<Record<string, unknown>>

/** What lasts longer than a request: there has to be a connection. */
const LASTING: ReadonlySet<string> = new Set(['transactions', 'nested_transactions', 'changes'])

/**
 * `session` names the connection; without one nothing is offered that needs it. Rejects with UNAUTHORIZED,
 * SCHEMA_MISMATCH, or VALIDATION_ERROR for a hello that is none.
 */
export async function welcome(
  { host, limits }: Service,
  params: Params,
  logIn: (token: string | undefined) => Promise<Login>,
  session?: string,
): Promise<{
  readonly login: Login
  readonly token: string | undefined
  readonly answer: Welcome
}> {
  const version = agreeOnVersion(params['versions'])
  const { token } = params
  if (token !== undefined && typeof token !== 'string')
    throw invalid([{ field: 'token', error: 'must be a text' }])
  const login = await logIn(token)
  const { model, capabilities } = host
  const features = [...capabilities.features]
  const answer: Welcome = {
    ...(session === undefined ? {} : { session, heartbeatMs: limits.heartbeatMs }),
    version,
    serverVersion: host.version,
    schemaHash: model.hash,
    schema: compareSchemas(host, params),
    ...(params['schemaHash'] === undefined ? { model: await host.describe(login.auth) } : {}),
    ...(login.expiresAt === undefined
      ? {}
      : { expiresAt: login.expiresAt, expiresInMs: Math.max(0, login.expiresAt - Date.now()) }),
    ...(host.timeoutMs === undefined ? {} : { timeoutMs: host.timeoutMs }),
    ...(session === undefined || readPack(params['pack']) === undefined
      ? {}
      : { pack: Math.min(PACK, limits.batch) }),
    capabilities: {
      features: session === undefined ? features.filter((each) => !LASTING.has(each)) : features,
      isolation: [...capabilities.isolation],
      singleConnection: capabilities.singleConnection,
    },
    limits: { inFlight: limits.inFlight, messageBytes: limits.messageBytes },
  }
  return { login, token, answer }
}

/** Messages that the client takes in one. Throws VALIDATION_ERROR. */
export function readPack(given: unknown): number | undefined {
  if (given === undefined) return undefined
  if (Number.isInteger(given) && (given as number) > 0) return Math.min(given as number, PACK)
  throw invalid([{ field: 'pack', error: 'must be a positive integer' }])
}

/** The highest that both speak. Absent: the first. */
function agreeOnVersion(given: unknown): number {
  if (given === undefined) return VERSIONS.min
  const { min, max } = isPlainObject(given) ? given : {}
  if (!Number.isInteger(min) || !Number.isInteger(max))
    throw invalid([{ field: 'versions', error: 'must be { min, max }' }])
  const version = Math.min(max as number, VERSIONS.max)
  if (version >= VERSIONS.min && version >= (min as number)) return version
  throw new DBALError('CAPABILITY_NOT_SUPPORTED', {
    details: {
      capability: 'protocol',
      reason: `this server speaks versions ${VERSIONS.min} to ${VERSIONS.max} of the protocol`,
    },
  })
}

function compareSchemas(
  { model }: Service['host'],
  { schemaHash, entities }: Params,
): Welcome['schema'] {
  if (schemaHash === undefined || schemaHash === model.hash) return 'exact'
  if (entities === undefined)
    throw mismatch('the schemas differ: say hello again, with the entities', [])
  const differing = differingEntities(model, entities)
  if (differing.length === 0) return 'compatible'
  throw mismatch(
    `the server has another idea of ${differing.join(', ')}: run dbal codegen again`,
    differing,
  )
}

/** Throws SCHEMA_MISMATCH where a request was meant for a contract that is not served here, or not any more. */
export function demandSchema({ model }: Service['host'], hash: string | undefined): void {
  if (hash !== undefined && hash !== model.hash)
    throw mismatch('the server has another schema by now: say hello again', [])
}

/** Before anything is done. */
function mismatch(reason: string, entities: readonly string[]): DBALError {
  return new DBALError('SCHEMA_MISMATCH', { details: { reason, entities }, outcome: 'none' })
}

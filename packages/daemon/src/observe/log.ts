// Lines of JSON about what happened. Names of the contract, codes and times; no values, tokens or urls.
import type { Writable } from 'node:stream'
import type { OperationEvent } from '@proj/dbal'
import type { DBALError } from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'
import type { Logger } from 'pino'
import type { ServerSettings } from '../config/server-settings.ts'
import { createOperationNames } from './name-operation.ts'

/** Keys that hold secrets wherever they stand; nothing is logged with them on purpose. */
const SECRETS = ['token', 'password', 'authorization', 'cookie', 'url', 'key']
const REQUEST_ID = /^[\w.:-]{1,64}$/
const SERVER_FAULT = 500

export async function createLog(
  level: ServerSettings['logLevel'],
  destination: Writable,
): Promise<Logger> {
  const { pino } = await import('pino')
  const paths = SECRETS.flatMap((key) => [key, `*.${key}`])
  const options = { level, base: null, redact: { paths, censor: '[hidden]' } }
  return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime }, destination)
}

export function createOperationLog(log: Logger, model: Model): (event: OperationEvent) => void {
  const nameOf = createOperationNames(model)
  return (event) => {
    const { requestId, durationMs, error } = event
    const line = {
      // A caller may choose it.
      requestId: REQUEST_ID.test(requestId) ? requestId : '[hidden]',
      operation: nameOf(event).name,
      durationMs: Math.round(durationMs * 1000) / 1000,
    }
    if (error === undefined) log.info(line, 'done')
    else if (error.httpStatus < SERVER_FAULT) log.info({ ...line, code: error.code }, 'refused')
    else log.error({ ...line, code: error.code, cause: causeOf(error) }, 'failed')
  }
}

/** What kind of fault it was; its message may hold anything. */
function causeOf({ cause }: DBALError): string | undefined {
  if (!(cause instanceof Error)) return undefined
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
  return code !== undefined && /^\w{1,32}$/.test(code) ? `${cause.name} ${code}` : cause.name
}

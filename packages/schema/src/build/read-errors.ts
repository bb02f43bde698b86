// errors.yaml over the codes that always exist.
import type { Problems } from '../diagnostic/problems.ts'
import { suggestHint } from '../diagnostic/suggest.ts'
import type { JsonValue } from '../model/json-value.ts'
import type { ErrorCatalogue, ErrorSpec, RetryStrategy } from '../model/model.ts'
import type { SpecDocument } from '../source/parse-documents.ts'
import {
  booleanOf,
  childOf,
  entriesOf,
  numberOf,
  plainValue,
  stringOf,
  stringsOf,
  textOf,
  type SpecNode,
} from '../source/spec-node.ts'

const ALWAYS: readonly (readonly [code: string, httpStatus: number, message: string])[] = [
  ['NOT_FOUND', 404, 'The record was not found'],
  ['CONFLICT', 409, 'The change conflicts with stored data'],
  ['UNAUTHORIZED', 401, 'Sign in to do this'],
  ['FORBIDDEN', 403, 'You may not do this'],
  ['VALIDATION_ERROR', 422, 'The input is not valid'],
  ['RATE_LIMIT_EXCEEDED', 429, 'Too many attempts; try again later'],
  ['INTERNAL_ERROR', 500, 'Something went wrong on our side'],
  ['TIMEOUT', 504, 'The operation took too long'],
  ['DATABASE_ERROR', 503, 'The database could not answer'],
  ['CAPABILITY_NOT_SUPPORTED', 501, 'This database cannot do that'],
  ['SANDBOX_VIOLATION', 403, 'The code tried to do something it may not'],
  ['MALICIOUS_CODE_DETECTED', 403, 'The code was refused as malicious'],
  ['TX_ABORTED', 409, 'The transaction was rolled back'],
  ['TX_LOST', 409, 'The transaction was lost with its connection'],
  ['SERIALIZATION_CONFLICT', 409, 'Another transaction changed the same data; try again'],
  ['SCHEMA_MISMATCH', 409, 'The two sides were built from different models'],
  ['OUTCOME_UNKNOWN', 504, 'It is unknown whether the change was made'],
  ['CANCELLED', 499, 'The operation was cancelled'],
  ['DATA_CORRUPT', 500, 'Stored data does not fit the model'],
  ['UNAVAILABLE', 503, 'The service is not available'],
]

const INCIDENTS: readonly string[] = ['SANDBOX_VIOLATION', 'MALICIOUS_CODE_DETECTED']

const DEFAULT_RETRY: RetryStrategy = {
  retryableCodes: ['SERIALIZATION_CONFLICT', 'UNAVAILABLE'],
  maxRetries: 3,
  backoff: 'exponential',
  initialDelayMs: 50,
  maxDelayMs: 2000,
}

export function readErrorCatalogue(
  documents: readonly SpecDocument[],
  problems: Problems,
): ErrorCatalogue {
  const codes = new Map<string, ErrorSpec>()
  for (const [code, httpStatus, message] of ALWAYS)
    codes.set(code, { code, httpStatus, message, securityIncident: INCIDENTS.includes(code) })
  const declared = new Set<string>()
  for (const { root } of documents)
    for (const { key, keyRange, node } of entriesOf(childOf(root, 'error_codes'))) {
      if (declared.has(key))
        problems.error('duplicate-name', keyRange, `the code \`${key}\` is declared twice`)
      declared.add(key)
      codes.set(key, readCode(key, node, codes.get(key)))
    }
  const handling = documents
    .map(({ root }) => childOf(root, 'error_handling'))
    .find((node) => node !== undefined)
  return {
    codes,
    retry: readRetry(childOf(handling, 'retry_strategy'), codes, problems),
    logging: record(childOf(handling, 'logging')),
    security: record(childOf(handling, 'security')),
  }
}

function readCode(code: string, node: SpecNode, base: ErrorSpec | undefined): ErrorSpec {
  const said = numberOf(childOf(node, 'http_status')) ?? numberOf(childOf(node, 'code'))
  const description = textOf(childOf(node, 'description')) ?? base?.description
  const retryAfter = numberOf(childOf(node, 'retry_after')) ?? base?.retryAfter
  return {
    code,
    httpStatus: said ?? base?.httpStatus ?? 500,
    message: textOf(childOf(node, 'message')) ?? base?.message ?? code,
    ...(description === undefined ? {} : { description }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    securityIncident:
      booleanOf(childOf(node, 'security_incident')) ?? base?.securityIncident ?? false,
  }
}

function readRetry(
  node: SpecNode | undefined,
  codes: ReadonlyMap<string, ErrorSpec>,
  problems: Problems,
): RetryStrategy {
  const listed = childOf(node, 'retryable_codes')
  for (const { value, node: item } of stringsOf(listed))
    if (!codes.has(value))
      problems.error(
        'unknown-error-code',
        item.range,
        `there is no error code \`${value}\``,
        suggestHint(value, codes.keys()),
      )
  const backoff = stringOf(childOf(node, 'backoff'))
  return {
    retryableCodes:
      listed === undefined
        ? DEFAULT_RETRY.retryableCodes
        : stringsOf(listed).map(({ value }) => value),
    maxRetries: numberOf(childOf(node, 'max_retries')) ?? DEFAULT_RETRY.maxRetries,
    backoff: backoff === 'linear' || backoff === 'fixed' ? backoff : 'exponential',
    initialDelayMs: numberOf(childOf(node, 'initial_delay_ms')) ?? DEFAULT_RETRY.initialDelayMs,
    maxDelayMs: numberOf(childOf(node, 'max_delay_ms')) ?? DEFAULT_RETRY.maxDelayMs,
  }
}

function record(node: SpecNode | undefined): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(entriesOf(node).map(({ key, node: value }) => [key, plainValue(value)]))
}

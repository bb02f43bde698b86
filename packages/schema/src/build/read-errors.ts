// errors.yaml over the codes that always exist.
import type { Problems } from '../diagnostic/problems.ts'
import { suggestHint } from '../diagnostic/suggest.ts'
import { ERROR_CATALOGUE } from '../model/error-catalogue.ts'
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
  for (const [code, said] of Object.entries(ERROR_CATALOGUE))
    codes.set(code, { code, ...said, securityIncident: INCIDENTS.includes(code) })
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

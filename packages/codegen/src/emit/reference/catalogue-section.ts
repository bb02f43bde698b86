// What belongs to the whole workspace: roles, claims, errors, capabilities.
import { FEATURES, rpcErrorCode } from '@proj/dbal-contract'
import type { Model, RoleLadder } from '@proj/dbal-schema'
import { blocks, code, codes, heading, table, text } from './markdown.ts'

export function roleSection({ roles, claims }: Model): string {
  return blocks(
    heading(2, 'roles', 'Roles'),
    table(
      ['Role', 'May also do what these may'],
      roles.names.map((role) => [code(role), codes(below(role, roles)) || 'nobody else']),
    ),
    claims.size === 0 ? '' : 'What rules may ask of the caller:',
    table(
      ['Claim', 'Type'],
      [...claims.values()].map(({ name, type, list }) => [
        code(`$user.${name}`),
        list ? `list of ${type}` : type,
      ]),
    ),
  )
}

function below(role: string, { names, above }: RoleLadder): readonly string[] {
  return names.filter((other) => other !== role && above.get(other)?.includes(role) === true)
}

export function errorSection({ errors }: Model): string {
  const { codes: specs, retry } = errors
  const again =
    retry.retryableCodes.length === 0
      ? ''
      : `Tried again by the client, up to ${retry.maxRetries} times with ${retry.backoff} pauses from ${retry.initialDelayMs} to ${retry.maxDelayMs} ms: ${codes(retry.retryableCodes)}.`
  return blocks(
    heading(2, 'errors', 'Errors'),
    'The name decides, as several codes share a number.',
    table(
      ['Code', 'HTTP', 'JSON-RPC', 'Message', 'Description', 'Wait', 'Incident'],
      [...specs.values()].map((spec) => [
        code(spec.code),
        String(spec.httpStatus),
        String(rpcErrorCode(spec.code, spec.httpStatus)),
        text(spec.message),
        text(spec.description ?? ''),
        spec.retryAfter === undefined ? '' : `${spec.retryAfter} s`,
        spec.securityIncident ? 'yes' : '',
      ]),
    ),
    again,
  )
}

export function capabilitySection({ capabilities }: Model): string {
  if (capabilities.length === 0) return ''
  const known: readonly string[] = FEATURES
  const own = capabilities.flatMap(({ features }) =>
    features.filter((name) => !known.includes(name)),
  )
  return blocks(
    heading(2, 'capabilities', 'Capabilities'),
    table(
      ['Feature', ...capabilities.map(({ name }) => text(name))],
      [...new Set([...known, ...own])].map((feature) => [
        code(feature),
        ...capabilities.map(({ features, fallback }) => {
          const other = Object.hasOwn(fallback, feature) ? fallback[feature] : undefined
          return features.includes(feature)
            ? 'yes'
            : other === undefined
              ? 'no'
              : `by ${code(other)}`
        }),
      ]),
    ),
  )
}

// Who a principal is, as a text that two share only if no rule can tell them apart.
import type { ClaimValue, Principal } from '@proj/dbal-contract'

export function principalText({ system, id, roles, claims, context }: Principal): string {
  return JSON.stringify([system, tagged(id), [...roles].sort(), named(claims), named(context)])
}

function named(values: ReadonlyMap<string, ClaimValue>): unknown {
  return [...values]
    .map(([name, value]) => [name, tagged(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

/** With its type: 1, 1n and '1' are not the same claim. */
function tagged(value: ClaimValue | undefined): unknown {
  if (Array.isArray(value)) return value.map((each: ClaimValue) => tagged(each))
  if (typeof value === 'bigint') return ['bigint', value.toString()]
  return value instanceof Date ? ['date', value.getTime()] : ['', value]
}

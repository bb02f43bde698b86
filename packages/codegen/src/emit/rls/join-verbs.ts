// A command of SQL stands for one or two actions of the rules, and a row is open to it where it is open
// to one of them. Policies are all ANDed or all ORed, so a limit on one of two goes into its grants.
import { allOf, anyOf, type RulePredicate } from '@proj/dbal-schema'

type ById = ReadonlyMap<string, RulePredicate>

/** What rules say of one side of a row, by the rules' ids: some grant must hold, and every limit. */
export interface Side {
  readonly grants: ById
  readonly limits: ById
}

const CLOSED: Side = { grants: new Map(), limits: new Map() }

/** Undefined sides are closed to everybody. */
export function joinVerbs(sides: readonly (Side | undefined)[]): Side {
  const open = sides.filter((side) => side !== undefined)
  const [first] = open
  if (first === undefined) return CLOSED
  const limits = new Map([...first.limits].filter(([id]) => open.every((s) => s.limits.has(id))))
  const own = new Map(
    open.map((side) => [
      side,
      allOf([...side.limits].flatMap(([id, rule]) => (limits.has(id) ? [] : [rule]))),
    ]),
  )
  const grants = new Map<string, RulePredicate>()
  for (const [id, rule] of open.flatMap((side) => [...side.grants])) {
    const fences = open.flatMap((side) => (side.grants.has(id) ? (own.get(side) ?? []) : []))
    grants.set(id, allOf([rule, anyOf(fences)]))
  }
  return { grants, limits }
}

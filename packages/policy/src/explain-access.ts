// Why a principal may or may not do something, for the developer of a contract: the rules that took
// part, the predicate they make, and, for a row at hand, the terms that decided. It is never part of an
// answer to a caller.
import type { Row } from '@proj/dbal-contract'
import type { AccessRule, Action, Entity, RulePredicate } from '@proj/dbal-schema'
import { negate, printPredicate } from '@proj/dbal-schema/model'
import type { GuardedStore } from './guarded-store.ts'

export type Truth = 'true' | 'false' | 'unknown'

export interface RuleReport {
  readonly id: string
  readonly effect: AccessRule['effect']
  /** `policies/fence.yaml:3:5`. */
  readonly source: string
  /** The row as it is, and as it will be; absent: any row. */
  readonly where?: string
  readonly check?: string
  readonly fields?: AccessRule['fields']
  /** For the row at hand. */
  readonly holds?: Truth
  /** The smallest terms that made it so. */
  readonly because?: readonly string[]
}

export interface AccessReport {
  readonly entity: string
  readonly action: Action
  /** False: no row could ever be reached. */
  readonly allowed: boolean
  /** What is folded into the statement. */
  readonly where: string
  readonly check?: string
  /** Those of the caller's roles. */
  readonly rules: readonly RuleReport[]
  /** Fields that are shown on no row, and the rows that show those shown on some. */
  readonly hidden: readonly string[]
  readonly masked: Readonly<Record<string, string>>
  /** Whether the row at hand is open. */
  readonly open?: Truth
}

/** `row`: a stored row that the rules are asked of. */
export async function explainAccess(
  store: GuardedStore,
  entity: Entity,
  action: Action,
  row?: Row,
): Promise<AccessReport> {
  const access = store.access.entity(entity)
  const { allowed, where, check } = access.decide(action)
  const verb = action === 'read' ? 'read' : 'list'
  const shown = [...entity.fields.keys()].map(
    (name) => [name, access.field(name, 'read', verb)] as const,
  )
  const rules: RuleReport[] = []
  for (const rule of access.rulesOf(action)) rules.push(await reportRule(store, entity, rule, row))
  return {
    entity: entity.name,
    action,
    allowed,
    where: printPredicate(where),
    ...(check === where ? {} : { check: printPredicate(check) }),
    rules,
    hidden: shown.flatMap(([name, rule]) => (rule === false ? [name] : [])),
    masked: Object.fromEntries(
      shown.flatMap(([name, rule]) =>
        typeof rule === 'boolean' ? [] : [[name, printPredicate(rule)]],
      ),
    ),
    ...(row === undefined ? {} : { open: await truthOf(store, entity, where, row) }),
  }
}

async function reportRule(
  store: GuardedStore,
  entity: Entity,
  rule: AccessRule,
  row: Row | undefined,
): Promise<RuleReport> {
  const { id, effect, where, check, fields, source } = rule
  const report = {
    id,
    effect,
    source: `${source.file}:${source.line}:${source.column}`,
    ...(where === undefined ? {} : { where: printPredicate(where) }),
    ...(check === undefined ? {} : { check: printPredicate(check) }),
    ...(fields === undefined ? {} : { fields }),
  }
  if (row === undefined) return report
  if (where === undefined) return { ...report, holds: 'true' }
  const holds = await truthOf(store, entity, where, row)
  return { ...report, holds, because: await deciding(store, entity, where, row, holds) }
}

async function truthOf(
  store: GuardedStore,
  entity: Entity,
  term: RulePredicate,
  row: Row,
): Promise<Truth> {
  if (await store.satisfies(term, entity, row)) return 'true'
  return (await store.satisfies(negate(term), entity, row)) ? 'false' : 'unknown'
}

/** The leaves that made a predicate what it is: of an AND that is false those that are not true, and so on. */
async function deciding(
  store: GuardedStore,
  entity: Entity,
  term: RulePredicate,
  row: Row,
  truth: Truth,
): Promise<readonly string[]> {
  if (term.kind === 'not') {
    const inner = truth === 'unknown' ? truth : truth === 'true' ? 'false' : 'true'
    return deciding(store, entity, term.term, row, inner)
  }
  if (term.kind !== 'and' && term.kind !== 'or') return [`${printPredicate(term)} is ${truth}`]
  // All parts made an AND true and an OR false; else those that kept it from being so.
  const whole = term.kind === 'and' ? 'true' : 'false'
  const said: string[] = []
  for (const part of term.terms) {
    const own = await truthOf(store, entity, part, row)
    if (truth === whole || own !== whole)
      said.push(...(await deciding(store, entity, part, row, own)))
  }
  return said
}

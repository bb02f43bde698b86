// Which rules the cases have seen hold and not hold, and whether they notice when a rule is changed.
import { createPrincipal } from '@proj/dbal'
import type { Row } from '@proj/dbal-contract'
import { createPolicy, GuardedStore } from '@proj/dbal-policy'
import { negate, type AccessRule, type Action, type Model } from '@proj/dbal-schema'
import { openWorld } from './case-world.ts'
import { authOf, playCase } from './play-case.ts'
import type { PolicyCase } from './policy-case.ts'

export interface RuleCoverage {
  readonly id: string
  /** `policies/fence.yaml:3`. */
  readonly source: string
  readonly held: boolean
  /** False or unknown on some row; always so for a rule without a condition, which cannot fail. */
  readonly failed: boolean
  /** How many changes of the rule were tried, and those that no case noticed. */
  readonly changes: number
  readonly survivors: readonly string[]
}

/** `progress` is told how many rules are done; its rejection ends the work. */
export async function measureCoverage(
  model: Model,
  cases: readonly PolicyCase[],
  progress: (done: number, of: number) => Promise<void>,
): Promise<readonly RuleCoverage[]> {
  const rules = model.rules.filter(({ effect, system }) => effect !== 'never' && system !== true)
  const seen = new Map<string, Set<boolean>>()
  for (const each of cases) await lookAtRows(model, each, seen)
  const covered: RuleCoverage[] = []
  for (const rule of rules) {
    await progress(covered.length, rules.length)
    const changes = changesOf(rule)
    const survivors: string[] = []
    for (const [name, replacement] of changes)
      if (await survives(withRule(model, rule, replacement), cases)) survivors.push(name)
    const truths = seen.get(rule.id)
    covered.push({
      id: rule.id,
      source: `${rule.source.file}:${rule.source.line}`,
      held: truths?.has(true) === true,
      failed: conditionOf(rule) === undefined || truths?.has(false) === true,
      changes: changes.length,
      survivors,
    })
  }
  return covered
}

/** Asks each rule that has a say in the case of each row that the case is about. */
async function lookAtRows(
  model: Model,
  said: PolicyCase,
  seen: Map<string, Set<boolean>>,
): Promise<void> {
  const { adapter, client, entity, operation, input } = await openWorld(model, said)
  try {
    const making = operation.builtIn === 'create'
    // The row as it would be. One that cannot be stored at all is no row to ask.
    if (making)
      await client
        .system()
        .call({ entity: entity.name, action: 'create', input })
        .catch(() => undefined)
    const principal = createPrincipal(authOf(said))
    const policy = createPolicy(model)
    const store = new GuardedStore(adapter, policy, { principal, now: new Date(), input })
    const query = {
      kind: 'select',
      entity: entity.name,
      fields: [...entity.fields.keys()],
      where: { kind: 'true' },
      sort: [],
    } as const
    const { rows } = await adapter.run(query, [])
    for (const { action } of operation.verbs)
      for (const rule of store.access.entity(entity).rulesOf(action as Action)) {
        const truths = seen.get(rule.id) ?? new Set()
        seen.set(rule.id, truths)
        const condition = (making ? rule.check : undefined) ?? conditionOf(rule)
        for (const row of rows)
          truths.add(
            condition === undefined || (await store.satisfies(condition, entity, row as Row)),
          )
      }
  } finally {
    await client.close()
  }
}

function conditionOf({ where, check }: AccessRule): AccessRule['where'] {
  return where ?? check
}

/** What a rule could have been by mistake. */
function changesOf(rule: AccessRule): readonly (readonly [string, AccessRule | undefined])[] {
  const { where, check, ...rest } = rule
  const changes: (readonly [string, AccessRule | undefined])[] = [['left out', undefined]]
  if (where !== undefined || check !== undefined)
    changes.push(
      ['without its condition', rest],
      [
        'with its condition turned round',
        {
          ...rest,
          ...(where === undefined ? {} : { where: negate(where) }),
          ...(check === undefined ? {} : { check: negate(check) }),
        },
      ],
    )
  if (rule.fields !== undefined) {
    const { fields: _, ...open } = rule
    changes.push(['without its list of fields', open])
  }
  return changes
}

function withRule(model: Model, rule: AccessRule, replacement: AccessRule | undefined): Model {
  const rules = model.rules.flatMap((each) => (each === rule ? (replacement ?? []) : each))
  return { ...model, rules }
}

async function survives(model: Model, cases: readonly PolicyCase[]): Promise<boolean> {
  for (const each of cases) if ((await playCase(model, each)) !== undefined) return false
  return true
}

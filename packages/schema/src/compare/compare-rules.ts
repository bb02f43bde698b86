// Access rules of two models. Whether a change narrows or widens is not decided: either way somebody is affected.
import type { AccessRule, Action, FieldRule } from '../model/rule.ts'
import { printPredicate } from '../predicate/print-predicate.ts'
import type { ChangeList } from './model-change.ts'

/** By entity and action; rules of entities that only one model has are left out. */
export function compareRules(
  before: readonly AccessRule[],
  after: readonly AccessRule[],
  entities: ReadonlySet<string>,
  changes: ChangeList,
): void {
  const [old, next] = [printAll(before), printAll(after)]
  for (const key of new Set([...old.keys(), ...next.keys()])) {
    const [entity = '', action = ''] = key.split(' ')
    if (entity !== '*' && !entities.has(entity)) continue
    const gone = difference(old.get(key), next.get(key))
    const come = difference(next.get(key), old.get(key))
    if (gone.length === 0 && come.length === 0) continue
    const who = entity === '*' ? 'every entity' : `\`${entity}\``
    changes.risky(
      'access-changed',
      { entity, operation: action },
      `who may ${action} ${who} differs`,
      [...gone.map((text) => `- ${text}`), ...come.map((text) => `+ ${text}`)].join('\n'),
    )
  }
}

function printAll(rules: readonly AccessRule[]): ReadonlyMap<string, ReadonlySet<string>> {
  const printed = new Map<string, Set<string>>()
  for (const rule of rules)
    for (const action of rule.actions) {
      const key = `${rule.entity} ${action}`
      const texts = printed.get(key) ?? new Set<string>()
      printed.set(key, texts.add(printRule(rule, action)))
    }
  return printed
}

/** `grant admin, god where ownerId = $user.id`: what a rule says about one action. */
export function printRule(rule: AccessRule, action: Action): string {
  const { roles, where, check, fields, set, cascade } = rule
  const who =
    rule.system === true
      ? 'system'
      : roles === undefined
        ? 'everybody'
        : [...roles].sort().join(', ')
  const isWrite = action === 'create' || action === 'update'
  return [
    rule.effect === 'never' ? 'never' : `${rule.effect} ${who}`,
    ...(where === undefined ? [] : [`where ${printPredicate(where)}`]),
    ...(check === undefined || !isWrite ? [] : [`check ${printPredicate(check)}`]),
    ...printFields(fields, action),
    ...(set === undefined || !isWrite ? [] : [`set ${set.map(printPreset).sort().join(', ')}`]),
    ...(cascade === undefined || action !== 'delete' ? [] : [`cascade ${cascade}`]),
  ].join(' ')
}

function printFields(fields: FieldRule | undefined, action: Action): readonly string[] {
  if (fields === undefined) return []
  const uses =
    action === 'create' || action === 'update'
      ? ([action] as const)
      : (['read', 'filter', 'sort', 'aggregate'] as const)
  return uses.flatMap((use) => {
    const names = fields[use]
    return names === undefined ? [] : [`${use} [${[...names].sort().join(', ')}]`]
  })
}

function printPreset({ field, value }: NonNullable<AccessRule['set']>[number]): string {
  if (value.kind === 'now') return `${field}=$now`
  return value.kind === 'literal'
    ? `${field}=${JSON.stringify(value.value)}`
    : `${field}=$${value.kind}.${value.name}`
}

function difference(
  from: ReadonlySet<string> | undefined,
  without: ReadonlySet<string> | undefined,
): readonly string[] {
  return [...(from ?? [])].filter((text) => without?.has(text) !== true).sort()
}

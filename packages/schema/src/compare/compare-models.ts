// What stands between two models, and whom it hurts. The steps that bring a database over are left to migrate.
import type { AdapterCapabilitySpec, Model } from '../model/model.ts'
import { compareEntities } from './compare-entities.ts'
import { compareRules } from './compare-rules.ts'
import { ChangeList, isSame, pairUp, type ModelChange } from './model-change.ts'

/** Every difference that a caller, a store or somebody's rights can feel: the worst first, in one order. */
export function compareModels(before: Model, after: Model): readonly ModelChange[] {
  const changes = new ChangeList()
  const { removed, added, kept } = pairUp(before.entities, after.entities)
  for (const { name } of removed)
    changes.breaking('entity-removed', { entity: name }, `\`${name}\` is removed`)
  for (const { name } of added)
    changes.safe('entity-added', { entity: name }, `\`${name}\` is added`)
  for (const [old, next] of kept) compareEntities(old, next, changes)
  compareRules(before.rules, after.rules, new Set(kept.map(([{ name }]) => name)), changes)
  compareRoles(before, after, changes)
  compareClaims(before, after, changes)
  compareErrors(before, after, changes)
  compareCapabilities(before, after, changes)
  return changes.sorted()
}

function compareRoles(before: Model, after: Model, changes: ChangeList): void {
  const { removed, added, kept } = pairUp(rolesOf(before), rolesOf(after))
  for (const { name } of removed)
    changes.breaking('role-removed', {}, `there is no role \`${name}\` any more`)
  for (const { name } of added) changes.safe('role-added', {}, `there is a role \`${name}\``)
  const known = new Set(kept.map(([{ name }]) => name))
  for (const [old, next] of kept) {
    const shared = (names: readonly string[]): readonly string[] =>
      names.filter((name) => known.has(name)).sort()
    if (!isSame(shared(old.above), shared(next.above)))
      changes.risky('role-order-changed', {}, `other roles stand above \`${next.name}\``)
  }
}

function rolesOf({
  roles,
}: Model): ReadonlyMap<string, { name: string; above: readonly string[] }> {
  return new Map(roles.names.map((name) => [name, { name, above: roles.above.get(name) ?? [] }]))
}

function compareClaims(before: Model, after: Model, changes: ChangeList): void {
  const { removed, added, kept } = pairUp(before.claims, after.claims)
  for (const { name } of removed)
    changes.risky('claim-removed', {}, `the claim \`${name}\` is not known any more`)
  for (const { name } of added) changes.safe('claim-added', {}, `the claim \`${name}\` is known`)
  for (const [old, next] of kept)
    if (!isSame(old, next))
      changes.risky(
        'claim-changed',
        {},
        `the claim \`${next.name}\` is ${next.list ? 'a list of ' : ''}${next.type}`,
      )
}

function compareErrors(before: Model, after: Model, changes: ChangeList): void {
  const { removed, added, kept } = pairUp(before.errors.codes, after.errors.codes)
  for (const { code } of removed)
    changes.breaking('error-removed', {}, `there is no error ${code} any more`)
  for (const { code } of added) changes.safe('error-added', {}, `there is an error ${code}`)
  for (const [old, next] of kept) {
    if (old.httpStatus !== next.httpStatus)
      changes.breaking(
        'error-status-changed',
        {},
        `${next.code} has the status ${next.httpStatus}, it had ${old.httpStatus}`,
      )
    if (old.message !== next.message)
      changes.safe('error-message-changed', {}, `${next.code} has another message`)
  }
  if (!isSame(before.errors.retry, after.errors.retry))
    changes.risky('retry-changed', {}, 'what is retried, or how often, differs')
}

function compareCapabilities(before: Model, after: Model, changes: ChangeList): void {
  const { removed, added, kept } = pairUp(adaptersOf(before), adaptersOf(after))
  for (const { name } of removed)
    changes.risky('adapter-removed', {}, `the adapter \`${name}\` is not declared any more`)
  for (const { name } of added)
    changes.safe('adapter-added', {}, `the adapter \`${name}\` is declared`)
  for (const [old, next] of kept) {
    for (const feature of old.features.filter((one) => !next.features.includes(one)))
      changes.risky('capability-removed', {}, `\`${next.name}\` has no ${feature} any more`)
    for (const feature of next.features.filter((one) => !old.features.includes(one)))
      changes.safe('capability-added', {}, `\`${next.name}\` has ${feature}`)
  }
}

function adaptersOf({ capabilities }: Model): ReadonlyMap<string, AdapterCapabilitySpec> {
  return new Map(capabilities.map((adapter) => [adapter.name, adapter]))
}

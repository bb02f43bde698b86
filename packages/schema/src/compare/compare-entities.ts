// One entity in two models, apart from its fields, operations and rules.
import type { Constraint, Entity, Index } from '../model/entity.ts'
import { printPredicate } from '../predicate/print-predicate.ts'
import { compareFields } from './compare-fields.ts'
import { compareOperations } from './compare-operations.ts'
import { isSame, pairUp, type ChangeList } from './model-change.ts'

export function compareEntities(before: Entity, after: Entity, changes: ChangeList): void {
  const entity = after.name
  const name = `\`${entity}\``
  if (before.table !== after.table)
    changes.risky(
      'table-renamed',
      { entity },
      `the table \`${before.table}\` of ${name} is called \`${after.table}\``,
    )
  if (before.accessor !== after.accessor)
    changes.breaking(
      'accessor-changed',
      { entity },
      `${name} is \`${after.accessor}\` on the client, it was \`${before.accessor}\``,
    )
  if (!isSame(before.primaryKey, after.primaryKey))
    changes.breaking(
      'primary-key-changed',
      { entity },
      `the primary key of ${name} is ${after.primaryKey.join(', ')}`,
    )
  compareFields(before, after, changes)
  compareRelations(before, after, changes)
  compareUniques(before, after, changes)
  compareIndexes(before, after, changes)
  compareConstraints(before, after, changes)
  compareSecurity(before, after, changes)
  compareHabits(before, after, changes)
  compareOperations(before, after, changes)
}

function compareRelations(before: Entity, after: Entity, changes: ChangeList): void {
  const entity = after.name
  const { removed, added, kept } = pairUp(before.relations, after.relations)
  for (const { name } of removed)
    changes.breaking(
      'relation-removed',
      { entity, field: name },
      `the relation \`${entity}.${name}\` is removed`,
    )
  for (const { name } of added)
    changes.safe(
      'relation-added',
      { entity, field: name },
      `the relation \`${entity}.${name}\` is added`,
    )
  for (const [old, next] of kept) {
    const subject = { entity, field: next.name }
    if (old.target !== next.target || old.cardinality !== next.cardinality)
      changes.breaking(
        'relation-changed',
        subject,
        `\`${entity}.${next.name}\` leads to ${next.cardinality} of \`${next.target}\``,
      )
    else if (next.optional && !old.optional)
      changes.risky('relation-optional', subject, `\`${entity}.${next.name}\` may lead to no row`)
  }
}

/** A row may be read by what is unique, so losing it takes something from callers. */
function compareUniques(before: Entity, after: Entity, changes: ChangeList): void {
  const entity = after.name
  const { removed, added } = pairUp(uniquesOf(before), uniquesOf(after))
  for (const fields of removed) {
    const message = `a row of \`${entity}\` cannot be read by ${fields.join(', ')} any more`
    changes.breaking('unique-removed', { entity }, message)
  }
  for (const fields of added)
    changes.risky(
      'unique-added',
      { entity },
      `${fields.join(', ')} of \`${entity}\` must be unique`,
      'rows that are stored may already repeat a value',
    )
}

function uniquesOf(entity: Entity): ReadonlyMap<string, readonly string[]> {
  const key = entity.primaryKey.join(',')
  const lists = entity.uniques.map((fields) => [fields.join(','), fields] as const)
  return new Map(lists.filter(([fields]) => fields !== key))
}

/** By what they are, not by name; an unconditional unique index is one of the uniques. */
function compareIndexes(before: Entity, after: Entity, changes: ChangeList): void {
  const entity = after.name
  const { removed, added } = pairUp(indexesOf(before), indexesOf(after))
  for (const index of removed)
    changes.safe(
      'index-removed',
      { entity },
      `the index of \`${entity}\` on ${index.fields.join(', ')} is removed`,
    )
  for (const index of added)
    if (index.unique)
      changes.risky(
        'unique-added',
        { entity },
        `${index.fields.join(', ')} of \`${entity}\` must be unique among some rows`,
        'rows that are stored may already repeat a value',
      )
    else
      changes.safe(
        'index-added',
        { entity },
        `an index of \`${entity}\` on ${index.fields.join(', ')} is added`,
      )
}

function indexesOf(entity: Entity): ReadonlyMap<string, Index> {
  const partial = entity.indexes.filter(({ unique, where }) => !unique || where !== undefined)
  return new Map(partial.map((index) => [indexKey(index), index]))
}

function indexKey({ fields, unique, where, kind }: Index): string {
  return JSON.stringify([fields, unique, where === undefined ? '' : printPredicate(where), kind])
}

function compareConstraints(before: Entity, after: Entity, changes: ChangeList): void {
  const entity = after.name
  const { removed, added, kept } = pairUp(constraintsOf(before), constraintsOf(after))
  for (const { name } of removed)
    changes.safe(
      'constraint-removed',
      { entity },
      `\`${entity}\` is not held to \`${name}\` any more`,
    )
  for (const { name } of added)
    changes.risky('constraint-added', { entity }, `\`${entity}\` is held to \`${name}\``)
  for (const [old, next] of kept)
    if (printPredicate(old.check) !== printPredicate(next.check))
      changes.risky(
        'constraint-changed',
        { entity },
        `\`${next.name}\` of \`${entity}\` asks something else`,
      )
}

function constraintsOf(entity: Entity): ReadonlyMap<string, Constraint> {
  return new Map(entity.constraints.map((constraint) => [constraint.name, constraint]))
}

function compareSecurity(before: Entity, after: Entity, changes: ChangeList): void {
  const entity = after.name
  const [old, next] = [before.security, after.security]
  for (const field of next.neverExpose.filter((one) => !old.neverExpose.includes(one)))
    changes.breaking(
      'field-hidden',
      { entity, field },
      `no result holds \`${entity}.${field}\` any more`,
    )
  for (const field of old.neverExpose.filter((one) => !next.neverExpose.includes(one)))
    changes.risky('field-exposed', { entity, field }, `results may hold \`${entity}.${field}\``)
  for (const flag of ['auditAllAccess', 'scanForMalicious', 'sandboxRequired'] as const)
    if (old[flag] !== next[flag])
      changes.risky(
        'security-changed',
        { entity },
        `${flag} of \`${entity}\` is ${next[flag] ? 'on' : 'off'}`,
      )
}

const HABITS = ['ttl', 'softDelete', 'optimisticLock', 'tree', 'owner', 'principal'] as const

function compareHabits(before: Entity, after: Entity, changes: ChangeList): void {
  for (const habit of HABITS)
    if (!isSame(before[habit], after[habit]))
      changes.risky(
        'behaviour-changed',
        { entity: after.name },
        `${habit} of \`${after.name}\` differs`,
      )
}

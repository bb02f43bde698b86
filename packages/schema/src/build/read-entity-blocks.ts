// The blocks of an entity beside its fields that name fields: security, ttl, soft_delete, optimistic_lock, constraints.
import type { Problems } from '../diagnostic/problems.ts'
import type { Constraint, Entity, EntitySecurity } from '../model/entity.ts'
import type { FieldType } from '../model/field.ts'
import {
  booleanOf,
  childOf,
  itemsOf,
  stringOf,
  stringsOf,
  type SpecNode,
} from '../source/spec-node.ts'
import { findDraftField, type DraftEntity, type DraftField } from './draft.ts'
import type { PredicateReader } from './read-predicate.ts'
import { reportUnknownField } from './report-unknown.ts'

export type EntityBlocks = Pick<Entity, 'security' | 'ttl' | 'softDelete' | 'optimisticLock'>

export function readEntityBlocks(entity: DraftEntity, problems: Problems): EntityBlocks {
  const ttl = readTtl(entity, problems)
  const softDelete = readMoment(
    entity,
    childOf(childOf(entity.node, 'soft_delete'), 'field'),
    problems,
  )
  if (softDelete !== undefined && !softDelete.spec.nullable)
    problems.error(
      'bad-value',
      childOf(childOf(entity.node, 'soft_delete'), 'field')?.range ?? entity.at,
      `\`${softDelete.spec.column}\` is never null: every row would count as deleted`,
      'make it `optional: true, nullable: true`',
    )
  const lock = readLock(entity, problems)
  return {
    security: readSecurity(entity, problems),
    ...(ttl === undefined ? {} : { ttl }),
    ...(softDelete === undefined ? {} : { softDelete: { field: softDelete.spec.name } }),
    ...(lock === undefined ? {} : { optimisticLock: lock }),
  }
}

function readSecurity(entity: DraftEntity, problems: Problems): EntitySecurity {
  const node = childOf(entity.node, 'security')
  const flag = (key: string): boolean => booleanOf(childOf(node, key)) === true
  const neverExpose = stringsOf(childOf(node, 'never_expose')).flatMap(({ value, node: item }) => {
    const field = findDraftField(entity, value)
    if (field === undefined) reportUnknownField(value, entity, item.range, problems)
    return field === undefined ? [] : [field.spec.name]
  })
  return {
    neverExpose,
    auditAllAccess: flag('audit_all_access'),
    scanForMalicious: flag('scan_for_malicious'),
    sandboxRequired: flag('sandbox_required'),
  }
}

function readTtl(entity: DraftEntity, problems: Problems): Entity['ttl'] {
  const node = childOf(entity.node, 'ttl')
  const field = readMoment(entity, childOf(node, 'field'), problems)
  if (field === undefined) return undefined
  return { field: field.spec.name, autoDelete: booleanOf(childOf(node, 'auto_delete')) === true }
}

/** A field that holds a moment: datetime, or bigint in epoch milliseconds. */
function readMoment(
  entity: DraftEntity,
  node: SpecNode | undefined,
  problems: Problems,
): DraftField | undefined {
  return readTyped(
    entity,
    node,
    ['datetime', 'bigint'],
    'a moment is a datetime or a bigint',
    problems,
  )
}

function readLock(entity: DraftEntity, problems: Problems): string | undefined {
  const node = childOf(entity.node, 'optimistic_lock')
  const field = readTyped(entity, node, ['integer', 'bigint'], 'a version is an integer', problems)
  return field?.spec.name
}

function readTyped(
  entity: DraftEntity,
  node: SpecNode | undefined,
  types: readonly FieldType[],
  expected: string,
  problems: Problems,
): DraftField | undefined {
  const word = stringOf(node)
  if (node === undefined || word === undefined) return undefined
  const field = findDraftField(entity, word)
  if (field === undefined) {
    reportUnknownField(word, entity, node.range, problems)
    return undefined
  }
  if (field.typed && !types.includes(field.spec.type))
    problems.error('type-mismatch', node.range, `\`${word}\` is ${field.spec.type}: ${expected}`)
  return field
}

export function readConstraints(
  entity: DraftEntity,
  predicates: PredicateReader,
  problems: Problems,
): { readonly constraints: Constraint[]; readonly registered: string[] } {
  const constraints: Constraint[] = []
  const registered: string[] = []
  const names = new Set<string>()
  for (const [index, node] of itemsOf(childOf(entity.node, 'constraints')).entries()) {
    const nameNode = childOf(node, 'name')
    const name = stringOf(nameNode) ?? `${entity.table}_check_${index + 1}`
    if (names.has(name.toLowerCase()))
      problems.error(
        'duplicate-name',
        nameNode?.range ?? node.range,
        `the constraint \`${name}\` stands twice`,
      )
    names.add(name.toLowerCase())
    const check = childOf(node, 'check')
    const text = stringOf(check)
    const custom = stringOf(childOf(node, 'type')) === 'custom'
    if (custom) registered.push(name)
    else if (text === undefined && check === undefined && node.kind === 'map')
      problems.error(
        'missing-key',
        nameNode?.range ?? node.range,
        'a constraint needs a `check`',
        'write `check: "<predicate>"`, or `type: custom` for a rule registered in code',
      )
    else if (text !== undefined) {
      const predicate = predicates.read(check, entity, { rowOnly: true })
      if (predicate !== undefined) constraints.push({ name, check: predicate, text })
    }
  }
  return { constraints, registered }
}

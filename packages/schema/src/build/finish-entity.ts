// A draft as the entity it became.
import type { Problems } from '../diagnostic/problems.ts'
import type { Entity, Index } from '../model/entity.ts'
import type { Relation } from '../model/relation.ts'
import { childOf, textOf } from '../source/spec-node.ts'
import { fieldMap, type DraftEntity } from './draft.ts'
import { readConstraints, readEntityBlocks } from './read-entity-blocks.ts'
import type { PredicateReader } from './read-predicate.ts'

export function finishEntity(
  draft: DraftEntity,
  indexes: readonly Index[],
  predicates: PredicateReader,
  problems: Problems,
): Entity {
  const version = textOf(childOf(draft.node, 'version'))
  const description = textOf(childOf(draft.node, 'description'))
  const group = textOf(childOf(draft.node, 'package'))
  const { constraints, registered } = readConstraints(draft, predicates, problems)
  return {
    name: draft.name,
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    ...(group === undefined ? {} : { package: group }),
    table: draft.table,
    accessor: draft.accessor,
    fields: fieldMap(draft),
    primaryKey: draft.primaryKey,
    uniques: draft.uniques,
    indexes,
    relations: sortRelations(draft),
    operations: draft.operations,
    constraints,
    ...(registered.length === 0 ? {} : { customConstraints: registered }),
    ...readEntityBlocks(draft, problems),
    principal: draft.principal,
    ...(draft.owner === undefined ? {} : { owner: draft.owner }),
    ...(draft.tree === undefined ? {} : { tree: draft.tree }),
    source: draft.at,
  }
}

/** Own relations in the order of their fields, then inverses by the entity they come from. */
function sortRelations(draft: DraftEntity): ReadonlyMap<string, Relation> {
  const fields = [...draft.fields.keys()]
  const rank = (relation: Relation): string =>
    relation.owning
      ? `0 ${String(fields.indexOf(relation.from)).padStart(5, '0')}`
      : `1 ${relation.target} ${relation.name}`
  const sorted = [...draft.relations].sort(([, a], [, b]) => (rank(a) < rank(b) ? -1 : 1))
  return new Map(sorted)
}

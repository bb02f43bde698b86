// An entity while it is being built: the parts that later steps fill in, and where each stands in the text.
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import type { Constraint, Entity, Index } from '../model/entity.ts'
import type { Field } from '../model/field.ts'
import type { OperationSpec } from '../model/operation-spec.ts'
import type { Relation } from '../model/relation.ts'
import { camelCase } from '../naming/camel-case.ts'
import type { SpecNode } from '../source/spec-node.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

export interface DraftField {
  readonly spec: Writable<Field>
  readonly node: SpecNode
  readonly at: SourceRange
  /** False when the type is missing or unknown: nothing is concluded from it. */
  readonly typed: boolean
}

export interface DraftEntity {
  readonly name: string
  /** The value of `entity:`. */
  readonly at: SourceRange
  readonly file: string
  readonly node: SpecNode
  readonly accessor: string
  readonly table: string
  /** By camelCase name. */
  readonly fields: Map<string, DraftField>
  primaryKey: string[]
  readonly relations: Map<string, Relation>
  readonly uniques: string[][]
  readonly indexes: Index[]
  readonly constraints: Constraint[]
  readonly operations: Map<string, OperationSpec>
  principal: boolean
  owner?: Entity['owner'] & object
  tree?: Entity['tree'] & object
}

/** A field by either spelling. */
export function findDraftField(entity: DraftEntity, word: string): DraftField | undefined {
  return entity.fields.get(word) ?? entity.fields.get(camelCase(word))
}

/** What entities, roles and rules need to know of the fields before the entities are finished. */
export function fieldMap(entity: DraftEntity): ReadonlyMap<string, Field> {
  return new Map([...entity.fields].map(([name, field]) => [name, field.spec]))
}

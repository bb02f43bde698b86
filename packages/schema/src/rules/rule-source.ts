import type { SourceRange } from '../diagnostic/diagnostic.ts'
import type { Entity } from '../model/entity.ts'
import type { Claim, RoleLadder } from '../model/model.ts'
import type { EntityShape } from '../predicate/entity-shape.ts'

/** The value of one action of an `acl` block, or one rule of a policies file. */
export interface RuleSource {
  readonly kind: 'acl' | 'policy'
  /** Of an acl. A policy names its own. */
  readonly entity?: string
  readonly action?: string
  /** As plain YAML: maps, lists and scalars. */
  readonly value: unknown
  /** `acl:User.read`, `policy:fence.yaml#2`; alternatives in one source add their number. */
  readonly id: string
  /** Where a part of the value stands; an empty path is the value itself, or with `key` the action. */
  readonly at: (path: readonly (string | number)[], what?: 'key' | 'value') => SourceRange
}

export type RuleEntity = EntityShape & Pick<Entity, 'owner' | 'principal'>

export interface RuleScope {
  readonly entities: ReadonlyMap<string, RuleEntity>
  readonly roles: RoleLadder
  readonly claims: ReadonlyMap<string, Claim>
  /** A stretch of a predicate's text as a place in the file, given the place of the whole. */
  readonly predicateAt: (
    value: SourceRange,
    text: string,
    offset: number,
    length: number,
  ) => SourceRange
}

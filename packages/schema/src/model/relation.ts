/**
 * A step from one entity to another. Both directions of a foreign key are relations:
 * `one` on the side that holds the key, `many` (or `one` where the key is unique) on the other.
 */
export interface Relation {
  readonly name: string
  readonly entity: string
  /** The entity at the other end. */
  readonly target: string
  readonly cardinality: 'one' | 'many'
  /** True on the side that holds the foreign key. */
  readonly owning: boolean
  /** Field of `entity` and field of `target` whose values are equal. */
  readonly from: string
  readonly to: string
  /** The same relation seen from the target. */
  readonly inverse: string
  /** True when the `one` end may be absent. */
  readonly optional: boolean
}

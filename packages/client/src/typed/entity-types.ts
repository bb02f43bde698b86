// What generated code says of an entity, and what the rest of the types are computed from. Everything
// generic lives here, so that an entity costs a few declarations.

/** The shape of a generated `<Entity>Types`. */
export interface EntityTypes {
  /** The fields a result may hold. A field that not every caller may read is optional. */
  row: object
  /** What stands for a row bare, in `read('…')`: the value of a primary key of one field, else never. */
  id: unknown
  /** The fields of the primary key. */
  key: object
  /** Each field list that finds one row: `{ id: string } | { email: string }`. */
  unique: object
  create: object
  /** An item of `createMany`: `create` without its relations. */
  createMany: object
  update: object
  /** The data of `updateMany`: `update` without its relations. */
  updateMany: object
  /** What only the system principal may send beside the others' inputs. */
  system: SystemInputs
  filter: object
  /** Names of the fields that rows may be sorted by. */
  sort: string
  /** Names of the fields that a search may look into. */
  text: string
  /** Relation names to ToOne or ToMany. */
  relations: object
  aggregate: AggregateTypes
  /** Inputs that the spec declares for these operations: fields that must be equal. */
  inputs: { list: object; search: object; count: object; aggregate: object }
}

/** Of a caller that is not the system principal: `NoInputs`. */
export interface SystemInputs {
  create: unknown
  update: unknown
  filter: unknown
  unique: unknown
}

export interface NoInputs extends SystemInputs {
  unique: never
}

export interface AggregateTypes {
  /** Names of the fields that rows may be grouped by. */
  group: string
  /** Names of the fields that `min` and `max` take. */
  range: string
  /** Field to the type of its sum. */
  sum: object
  /** Field to the type of its average. */
  avg: object
}

/** A relation with one row, or none, at its end. */
export interface ToOne<
  E extends EntityTypes,
  Optional extends boolean,
  Linked extends PropertyKey = never,
> {
  many: false
  target: E
  /** Whether the link may be cut. */
  optional: Optional
  /** Keys of the target's data that the link itself fills. */
  linked: Linked
}

export interface ToMany<
  E extends EntityTypes,
  Optional extends boolean,
  Linked extends PropertyKey,
> {
  many: true
  target: E
  optional: Optional
  linked: Linked
}

export interface AnyRelation {
  many: boolean
  target: EntityTypes
  optional: boolean
  linked: PropertyKey
}

/** The relation of that name. */
export type RelationOf<
  E extends EntityTypes,
  K extends keyof E['relations'],
> = E['relations'][K] extends AnyRelation ? E['relations'][K] : never

/** One page of a list. */
export interface Page<R> {
  data: R[]
  limit: number
  hasMore: boolean
  /** From 1; absent when a cursor was used. */
  page?: number
  nextCursor?: string
  /** Only with `count: true`. */
  total?: number
}

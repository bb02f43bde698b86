// Random writes of a curious caller, by kind.
import fc from 'fast-check'
import { filter } from './filters.ts'
import { say, type Operations } from './reads.ts'
import { RELATIONS, valueOf, whereOf, type Input, type Related } from './relations.ts'
import { FIELDS, PAIR, type EntityName } from './world.ts'
import { IDS } from './worlds.ts'

function data(entity: EntityName, minLength = 1): fc.Arbitrary<Input> {
  return fc
    .subarray(FIELDS[entity].slice(1), { minLength, maxLength: 2 })
    .chain((fields) =>
      fc.record(Object.fromEntries(fields.map((field) => [field, valueOf(entity, field)]))),
    )
}

/** Never the ghost's: that a key is taken is told by design (ACC-39). */
function newId(entity: EntityName): fc.Arbitrary<string> {
  return fc.constantFrom('w1', 'w2', 'w3', 'w4', ...IDS[entity])
}

function createData(entity: EntityName, minLength = 1): fc.Arbitrary<Input> {
  const id = newId(entity)
  const needed = entity === 'Note' ? { docId: valueOf('Note', 'docId') } : {}
  return fc
    .tuple(fc.record({ id, ...needed }), data(entity, minLength))
    .map(([keys, rest]) => ({ ...rest, ...keys }))
}

function increment(entity: EntityName): fc.Arbitrary<Input> {
  const by = fc.constantFrom(1, -1, 2_147_483_647)
  return (entity === 'Doc' ? fc.constantFrom('level', 'amount') : fc.constant('level')).chain(
    (field) => by.map((n) => ({ [field]: { increment: n } })),
  )
}

const without = (given: Input, key: string): Input =>
  Object.fromEntries(Object.entries(given).filter(([name]) => name !== key))

/** What is written over one relation: a record found, made, let go, or the whole set. */
function link({ to, many, key }: Related): fc.Arbitrary<Input> {
  const where = whereOf(to)
  const made = createData(to, 0).map((given) => (many ? without(given, key) : given))
  const common = [
    where.map((each): Input => ({ connect: each })),
    made.map((each): Input => ({ create: each })),
    fc.record({ where, create: made }).map((each): Input => ({ connectOrCreate: each })),
  ]
  if (!many) return fc.oneof(...common, fc.constant({ disconnect: true }))
  return fc.oneof(...common, parting(to))
}

/** Of a relation to many: a record that leaves, or all but the named ones. */
function parting(to: EntityName): fc.Arbitrary<Input> {
  const where = whereOf(to)
  return fc.oneof(
    where.map((each): Input => ({ disconnect: each })),
    fc.array(where, { maxLength: 2 }).map((each): Input => ({ set: each })),
    fc.constant({ set: [] }),
  )
}

function parted(entity: EntityName): Operations {
  // Nothing leaves a row of the last kind: it is read instead.
  const many = RELATIONS[entity].filter((relation) => relation.many)
  if (many.length === 0) return say(entity, 'read', whereOf(entity))
  const steps = fc
    .constantFrom(...many)
    .chain(({ name, to }) => parting(to).map((step): Input => ({ [name]: step })))
  return say(entity, 'update', keyed(entity, steps))
}

/** The data with a write over a relation; not beside the foreign key itself, which is refused. */
function linked(entity: EntityName, own: fc.Arbitrary<Input>): fc.Arbitrary<Input> {
  return fc.constantFrom(...RELATIONS[entity]).chain((relation) =>
    fc.tuple(own, link(relation)).map(([given, steps]) => ({
      ...(relation.many ? given : without(given, relation.key)),
      [relation.name]: steps,
    })),
  )
}

const keyed = (entity: EntityName, change: fc.Arbitrary<Input>): fc.Arbitrary<Input> =>
  fc.tuple(change, whereOf(entity)).map(([given, key]) => ({
    ...given,
    ...('id' in key ? key : { id: IDS[entity][0] }),
  }))

const change = (entity: EntityName): fc.Arbitrary<Input> =>
  fc.oneof({ weight: 3, arbitrary: data(entity) }, increment(entity))

function upserts(entity: EntityName, over: boolean): Operations {
  const plain = fc.tuple(createData(entity), data(entity))
  const arms = over
    ? fc.oneof(
        fc.tuple(linked(entity, createData(entity, 0)), data(entity)),
        fc.tuple(createData(entity), linked(entity, data(entity, 0))),
      )
    : plain
  return say(
    entity,
    'upsert',
    fc
      .tuple(newId(entity), arms)
      .map(([id, [create, update]]) => ({ where: { id }, create: { ...create, id }, update })),
  )
}

export const WRITES = {
  create: (entity) => say(entity, 'create', createData(entity)),
  create_many: (entity) =>
    say(
      entity,
      'create_many',
      fc.array(createData(entity), { minLength: 1, maxLength: 2 }).map((items) => ({ items })),
    ),
  update: (entity) => say(entity, 'update', keyed(entity, change(entity))),
  update_many: (entity) =>
    say(entity, 'update_many', fc.record({ filter: filter(entity), data: change(entity) })),
  delete: (entity) =>
    fc.oneof(
      say(entity, 'delete', whereOf(entity)),
      say(entity, 'delete_many', fc.record({ filter: filter(entity) })),
    ),
  upsert: (entity) => upserts(entity, false),
  /** Records written over relations. */
  relation: (entity) =>
    fc.oneof(
      { weight: 2, arbitrary: say(entity, 'create', linked(entity, createData(entity, 0))) },
      {
        weight: 3,
        arbitrary: say(entity, 'update', keyed(entity, linked(entity, data(entity, 0)))),
      },
      { weight: 1, arbitrary: upserts(entity, true) },
    ),
  set: parted,
  /** One part of a key, while the row keeps the other. */
  pair: () =>
    say(
      PAIR.entity,
      'update',
      keyed(
        PAIR.entity,
        valueOf(PAIR.entity, PAIR.open).map((value) => ({ [PAIR.open]: value })),
      ),
    ),
} as const satisfies Readonly<Record<string, (entity: EntityName) => Operations>>

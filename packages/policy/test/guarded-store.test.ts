import { openMemory } from '@proj/dbal-adapter-memory'
import type { Principal, QueryPredicate, Row, SelectQuery, UpdateQuery } from '@proj/dbal-contract'
import type { Entity, Model } from '@proj/dbal-schema'
import { beforeEach, describe, expect, it } from 'vitest'
import { createPolicy, EntityAccess, GuardedStore, type NewRow } from '../src/index.ts'
import { notesModel, slotsModel } from './notes-model.ts'

const TRUE: QueryPredicate = { kind: 'true' }

function principal(id: string | undefined, ...roles: string[]): Principal {
  const claims = new Map<string, string>(id === undefined ? [] : [['id', id]])
  return { system: false, ...(id === undefined ? {} : { id }), roles, claims, context: new Map() }
}

const system: Principal = { system: true, roles: [], claims: new Map(), context: new Map() }
const ann = principal('ann', 'user')
const bob = principal('bob', 'user')
const mod = principal('mod', 'moderator')
const admin = principal('adm', 'admin')
const nobody = principal(undefined)

interface World {
  readonly as: (who: Principal) => GuardedStore
  readonly note: Entity
}

async function openWorld(model: Model): Promise<World> {
  const store = openMemory({ model })
  const policy = createPolicy(model)
  const as = (who: Principal): GuardedStore =>
    new GuardedStore(store, policy, { principal: who, now: new Date(0) })
  const root = as(system)
  const entity = (name: string): Entity => model.entities.get(name) as Entity
  const users = ['ann', 'bob', 'mod', 'adm'].map((id) => ({ id, name: id, role: 'user' }))
  await root.insert(entity('User'), users, [])
  const note = (id: string, ownerId: string, level: number): Row => ({
    id,
    ownerId,
    title: `note ${id}`,
    pin: `pin-${id}`,
    secret: 'hash',
    level,
    tenant: null,
  })
  await root.insert(
    entity('Note'),
    [note('a1', 'ann', 1), note('a2', 'ann', 2), note('b1', 'bob', 3)],
    [],
  )
  const comment = (id: string, noteId: string): Row => ({ id, noteId, text: id })
  await root.insert(entity('Comment'), [comment('c1', 'a1'), comment('c2', 'b1')], [])
  return { as, note: entity('Note') }
}

/** Slots that their owner sees, booked by the moment. */
async function openSlots(): Promise<{ as(who: Principal): GuardedStore; readonly model: Model }> {
  const model = slotsModel()
  const store = openMemory({ model })
  const policy = createPolicy(model)
  const as = (who: Principal): GuardedStore =>
    new GuardedStore(store, policy, { principal: who, now: new Date(0) })
  const slots = [
    { at: new Date(0), ownerId: 'ann' },
    { at: new Date(1), ownerId: 'bob' },
  ]
  await as(system).insert(model.entities.get('Slot') as Entity, slots, [])
  return { as, model }
}

const select = (more: Partial<SelectQuery> = {}): SelectQuery => ({
  kind: 'select',
  entity: 'Note',
  fields: ['id'],
  where: TRUE,
  sort: [],
  ...more,
})
const equals = (field: string, index = 0): QueryPredicate => ({
  kind: 'compare',
  op: '=',
  left: { kind: 'field', path: [], field, type: 'string' },
  right: { kind: 'param', index, type: 'string' },
})
const ids = (rows: readonly object[]): unknown[] =>
  rows.map((row) => String((row as { id: unknown }).id)).toSorted((a, b) => a.localeCompare(b))

it('keeps what was decided last, however many sets of fields were asked about', () => {
  const model = notesModel()
  const access = new EntityAccess(model, model.entities.get('Note') as Entity, ['user'], false)
  for (let i = 0; i < 2000; i += 1) access.decide('update', ['title', `${i}`])
  expect(access.decide('update', ['title'])).toBe(access.decide('update', ['title']))
})

describe('reading', () => {
  let world: World
  beforeEach(async () => {
    world = await openWorld(notesModel())
  })

  it('shows an owner his rows and a higher role all', async () => {
    expect(ids(await world.as(ann).select(select(), []))).toEqual(['a1', 'a2'])
    expect(ids(await world.as(mod).select(select(), []))).toEqual(['a1', 'a2', 'b1'])
    expect(ids(await world.as(admin).select(select(), []))).toEqual(['a1', 'a2', 'b1'])
  })

  it('tells an anonymous caller to sign in, and an unknown role nothing', async () => {
    const noteless = notesModel(
      'rules:\n  - { entity: Note, effect: deny, operations: [read, list] }',
    )
    const { as } = await openWorld(noteless)
    await expect(as(nobody).select(select(), [])).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(as(ann).select(select(), [])).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await world.as(principal('x', 'wizard')).select(select(), [])).toEqual([])
  })

  it('a missing claim opens nothing, under NOT neither', async () => {
    const signedIn = principal(undefined, 'user')
    expect(await world.as(signedIn).select(select(), [])).toEqual([])
    const { as } = await openWorld(
      notesModel(
        'rules:\n  - { entity: Note, role: [user], operations: [list], row_level_filter: "NOT (ownerId = $user.id)" }',
      ),
    )
    expect(await as(signedIn).select(select(), [])).toEqual([])
    expect(ids(await as(bob).select(select(), []))).toEqual(['a1', 'a2', 'b1'])
  })

  it('a sensitive field comes to its owner only', async () => {
    const fields = { fields: ['id', 'pin'] }
    const own = await world.as(ann).select(select(fields), [])
    expect(new Set(own.map((row) => row['pin']))).toEqual(new Set(['pin-a1', 'pin-a2']))
    const seen = await world.as(mod).select(select(fields), [])
    expect(seen.some((row) => 'pin' in row)).toBe(false)
  })

  it('a filter on a sensitive field matches nothing it would not show', async () => {
    const where = equals('pin')
    expect(await world.as(mod).select(select({ where }), ['pin-a1'])).toEqual([])
    const not: QueryPredicate = { kind: 'not', term: where }
    expect(await world.as(mod).select(select({ where: not }), ['pin-a1'])).toEqual([])
    expect(ids(await world.as(ann).select(select({ where: not }), ['pin-a1']))).toEqual(['a2'])
  })

  it('a never-exposed field is unknown, to the system too', async () => {
    for (const who of [ann, mod, system]) {
      await expect(world.as(who).select(select({ fields: ['secret'] }), [])).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
      })
    }
  })

  it('what is hidden decides no order, whatever the operand that names it', async () => {
    const field = (name: string, ...path: string[]) =>
      ({ kind: 'field', path, field: name, type: 'string' }) as const
    const operands = [
      field('secret'),
      { kind: 'jsonPath', field: field('secret'), path: ['a'] },
      field('id', 'owner'),
    ] as const
    for (const operand of operands) {
      const sort = [{ operand, direction: 'asc', nulls: 'last' }] as const
      await expect(world.as(mod).select(select({ sort }), [])).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
      })
    }
  })

  it('groups are chosen and sorted by what is in their answer', async () => {
    const count = { kind: 'aggregate', entity: 'Note', where: TRUE, sort: [] } as const
    const terms = [{ function: 'count', as: 'n' }] as const
    const pin = { kind: 'field', path: [], field: 'pin', type: 'string' } as const
    const sort = [{ operand: pin, direction: 'asc', nulls: 'last' }] as const
    const exists: QueryPredicate = { kind: 'exists', relation: 'comments', where: TRUE }
    for (const more of [{ having: equals('pin') }, { sort }, { having: exists }]) {
      const query = { ...count, groupBy: ['id'], terms, ...more }
      await expect(world.as(mod).aggregate(query, ['pin-a1'])).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
      })
    }
    const having: QueryPredicate = {
      kind: 'compare',
      op: '>',
      left: { kind: 'field', path: [], field: 'n', type: 'integer' },
      right: { kind: 'literal', value: 1 },
    }
    const busy = { ...count, groupBy: ['ownerId'], terms, having }
    expect(await world.as(mod).aggregate(busy, [])).toMatchObject([{ ownerId: 'ann', n: 2 }])
  })

  it('relation terms see visible rows only', async () => {
    const where: QueryPredicate = {
      kind: 'exists',
      relation: 'comments',
      where: TRUE,
    }
    expect(ids(await world.as(ann).select(select({ where }), []))).toEqual(['a1'])
    // The moderator sees the notes; the comments under them are their owners'.
    expect(await world.as(mod).select(select({ where }), [])).toEqual([])
  })

  it('counts what the caller sees', async () => {
    const count = {
      kind: 'aggregate',
      entity: 'Note',
      where: TRUE,
      groupBy: [],
      terms: [{ function: 'count', as: 'n' }],
      sort: [],
    } as const
    expect(await world.as(ann).aggregate(count, [])).toMatchObject([{ n: 2 }])
    const pins = { ...count, terms: [{ function: 'min', field: 'pin', as: 'n' }] } as const
    await expect(world.as(mod).aggregate(pins, [])).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    })
  })
})

describe('deny, require, unknown', () => {
  it('deny beats grant, whatever the order', async () => {
    const { as } = await openWorld(
      notesModel(
        'rules:\n  - { entity: Note, operations: [list], effect: deny, row_level_filter: "level = 2" }',
      ),
    )
    expect(ids(await as(ann).select(select(), []))).toEqual(['a1'])
    expect(ids(await as(mod).select(select(), []))).toEqual(['a1', 'b1'])
  })

  it('a deny that cannot be decided denies', async () => {
    const { as } = await openWorld(
      notesModel(
        'rules:\n  - { entity: Note, operations: [list], effect: deny, row_level_filter: "title = $user.name" }',
      ),
    )
    expect(await as(mod).select(select(), [])).toEqual([])
  })

  it('no grant widens a fence', async () => {
    const { as } = await openWorld(
      notesModel(
        'rules:\n  - { entity: "Note", operations: [list], effect: require, row_level_filter: "level < 3" }\n' +
          '  - { entity: Note, role: [moderator], operations: [list] }',
      ),
    )
    expect(ids(await as(mod).select(select(), []))).toEqual(['a1', 'a2'])
  })
})

describe('writing', () => {
  let world: World
  beforeEach(async () => {
    world = await openWorld(notesModel())
  })
  const retitle = (field = 'title'): UpdateQuery => ({
    kind: 'update',
    entity: 'Note',
    set: [{ kind: 'set', field, value: { kind: 'param', index: 1, type: 'string' } }],
    where: equals('id'),
  })

  it('touches rows the caller may see and change', async () => {
    expect(await world.as(ann).update(retitle(), ['a1', 'mine'], ['title'])).toMatchObject({
      count: 1,
    })
    expect(await world.as(ann).update(retitle(), ['b1', 'mine'], ['title'])).toMatchObject({
      count: 0,
    })
    await expect(
      world.as(mod).update(retitle('level'), ['a1', 'x'], ['level']),
    ).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })

  it('nobody gives a row away that he then could not change', async () => {
    await expect(
      world.as(ann).update(retitle('ownerId'), ['a1', 'bob'], ['ownerId']),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const rows = await world.as(bob).select(select(), [])
    expect(ids(rows)).toEqual(['b1'])
  })

  describe('a row that may be stored where none is matched', () => {
    const row = (more: Partial<Row> = {}): NewRow => ({
      row: {
        id: 'n',
        ownerId: 'ann',
        title: 'made',
        pin: null,
        secret: null,
        level: 0,
        tenant: null,
        ...more,
      },
      fields: ['ownerId', 'title'],
    })
    const answered = { ...retitle(), returning: ['id', 'title'] }
    const update = (who: Principal, id: string, made: NewRow, query = answered) =>
      world.as(who).update(query, [id, 'changed'], ['title'], undefined, made)
    const notes = async () => ids(await world.as(admin).select(select(), []))

    it('is stored, and changed once it is there', async () => {
      expect(await update(ann, 'n', row())).toEqual({ rows: [], count: 1, stored: true })
      expect(await update(ann, 'n', row())).toEqual({
        rows: [{ id: 'n', title: 'changed' }],
        count: 1,
      })
      expect(await notes()).toEqual(['a1', 'a2', 'b1', 'n'])
    })

    it.each([
      ['the create rule refuses', ann, row({ ownerId: 'bob' })],
      ['somebody else may read it', mod, row({ ownerId: 'bob' })],
      ['nobody may create it', nobody, row()],
    ])('is left to a create where %s', async (_, who, made) => {
      const changed = await update(who, 'n', made).catch(() => ({ count: 0 }))
      expect(changed).toEqual(expect.objectContaining({ count: 0 }))
      expect(await notes()).toEqual(['a1', 'a2', 'b1'])
    })

    it('is left to a create where the update may leave the row that is there', async () => {
      // The check of an update that gives a row away is asked of the row that it leaves.
      const give = { ...retitle('ownerId'), returning: ['id'] }
      const work = world.as(ann).update(give, ['n', 'bob'], ['ownerId'], undefined, row())
      expect(await work).toMatchObject({ count: 0 })
      expect(await notes()).toEqual(['a1', 'a2', 'b1'])
    })

    it('conflicts with a row that is hidden, and leaves it as it is', async () => {
      await expect(update(ann, 'b1', row({ id: 'b1' }))).rejects.toMatchObject({ code: 'CONFLICT' })
      const [hidden] = await world
        .as(admin)
        .select(select({ fields: ['title'], where: equals('id') }), ['b1'])
      expect(hidden).toEqual({ title: 'note b1' })
    })
  })

  it('a new row must be one the caller may create', async () => {
    const row = {
      id: 'n',
      ownerId: 'bob',
      title: 't',
      pin: null,
      secret: null,
      level: 0,
      tenant: null,
    }
    await expect(
      world.as(ann).insert(world.note, [row], ['ownerId', 'title']),
    ).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    await world.as(ann).insert(world.note, [{ ...row, ownerId: 'ann' }], ['ownerId', 'title'])
    expect(ids(await world.as(ann).select(select(), []))).toEqual(['a1', 'a2', 'n'])
  })

  it('a key that two rows share is one, also where it is a moment', async () => {
    const { as, model } = await openSlots()
    const booking = (id: string, at: number): Row => ({ id, slotAt: new Date(at) })
    const entity = model.entities.get('Booking') as Entity
    await as(ann).insert(entity, [booking('1', 0), booking('2', 0)], ['id', 'slotAt'])
    await expect(as(ann).insert(entity, [booking('3', 1)], ['id', 'slotAt'])).rejects.toMatchObject(
      {
        code: 'CONFLICT',
      },
    )
  })

  it('what is written comes back as far as it may be read', async () => {
    const row = {
      id: 'n',
      ownerId: 'ann',
      title: 't',
      pin: 'p',
      secret: 's',
      level: 0,
      tenant: null,
    }
    expect(await world.as(ann).view(world.note, row, ['id', 'pin', 'secret'])).toEqual({
      id: 'n',
      pin: 'p',
    })
    expect(await world.as(mod).view(world.note, row, ['id', 'pin'])).toEqual({ id: 'n' })
    expect(await world.as(bob).view(world.note, row, ['title'])).toEqual({ id: 'n' })
  })
})

// Rows of `createMany` are judged as `create` judges each of them, however much alike they are.
import { isDBALError, type FieldError, type Principal } from '@proj/dbal-contract'
import { policyOf } from '@proj/dbal-policy'
import { compileWorkspace, type Entity, type Model } from '@proj/dbal-schema'
import fc from 'fast-check'
import { runInNewContext } from 'node:vm'
import { beforeAll, expect, it } from 'vitest'
import { DBALClient } from '../src/index.ts'
import { createPrincipal, SYSTEM } from '../src/principal/create-principal.ts'
import { InputValidator } from '../src/validate/input-validator.ts'

const TEXT = `
entity: Part
fields:
  id: { type: integer, primary: true }
  name: { type: string, required: true, max_length: 5 }
  kind: { type: enum, values: [x, y], default: x }
  rank: { type: integer, optional: true, nullable: true, min: 0 }
  weight: { type: float, optional: true }
  seen: { type: bigint, optional: true }
  cost: { type: decimal, precision: 6, scale: 2, optional: true }
  extra: { type: json, optional: true }
  photo: { type: bytes, optional: true, max_length: 3 }
  soldAt: { type: datetime, optional: true }
  token: { type: uuid, generated: true }
acl: { create: { public: true }, read: { public: true } }
---
entity: Note
fields:
  id: { type: integer, primary: true }
  ownerId: { type: string, required: true }
  rank: { type: integer, optional: true, nullable: true }
  text: { type: string, required: true }
acl:
  create: { user: true, row_level: "ownerId = $user.id AND (rank IS NULL OR rank < 3)" }
  read: { user: true }
`

const { model } = compileWorkspace([{ path: 'entities/part.yaml', text: TEXT }])
const part = model?.entities.get('Part')
if (model === undefined || part === undefined) throw new Error('the model does not compile')

type Given = Record<string, unknown>
type Outcome = { readonly input: Given } | { readonly errors: readonly FieldError[] }

/** What is right comes first. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  id: [1, 2, '3'],
  name: ['n', 'größe', '', 'too long', 7, null, 'a\0'],
  kind: ['x', 'y', 'z'],
  rank: [0, null, -1, 0.5, -0],
  weight: [1.5, -0, Infinity],
  seen: [5, 5n, 2n ** 63n],
  cost: ['1.50', 1.5, '1.505'],
  extra: [{ a: [1, { b: null }] }, [], { a: new Map() }],
  photo: [new Uint8Array([1, 2]), new Uint8Array(0), new Uint8Array(4)],
  soldAt: [new Date(5), '2024-02-29T00:00:00+01:00', new Date(Number.NaN), undefined],
  token: ['00000000-0000-4000-8000-00000000000A', '00000000-0000-4000-8000-00000000000b', 'none'],
  nobody: [1],
  ['__proto__']: [{}],
}

const right = (name: string) => fc.constantFrom(...(VALUES[name] ?? []).slice(0, 2))
const any = (name: string) => fc.constantFrom(...(VALUES[name] ?? []))
const recordOf = (
  names: readonly string[],
  value: (name: string) => fc.Arbitrary<unknown>,
): fc.Arbitrary<Given> =>
  fc
    .tuple(...names.map(value))
    .map((values) => Object.fromEntries(names.map((name, at) => [name, values[at]])))

/** Some of the names, in any order, with values that are mostly right. */
const someRow = (names: readonly string[]): fc.Arbitrary<Given> =>
  fc
    .shuffledSubarray([...names])
    .chain((chosen) =>
      fc.oneof(
        { weight: 5, arbitrary: recordOf(chosen, right) },
        { weight: 1, arbitrary: recordOf(chosen, any) },
      ),
    )
const FIELDS = Object.keys(VALUES).filter((name) => part.fields.has(name))
const alikeRow = recordOf(['name', 'rank', 'id', 'soldAt', 'photo'], right)
const someRows = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: alikeRow },
    { weight: 2, arbitrary: someRow(FIELDS) },
    { weight: 1, arbitrary: someRow(Object.keys(VALUES)) },
  ),
  { minLength: 1, maxLength: 5 },
)

const validator = new InputValidator()
const PRINCIPALS = [SYSTEM, createPrincipal({ user: { id: 'ann', role: 'user' } })]

beforeAll(() => validator.prepare())

function outcomeOf(builtIn: 'create' | 'create_many', input: unknown, by: Principal): Outcome {
  const operation = [...(part as Entity).operations.values()].find((o) => o.builtIn === builtIn)
  if (operation === undefined) throw new Error(`there is no ${builtIn}`)
  const access = policyOf(model as Model).access(by)
  try {
    return { input: validator.validate(part as Entity, operation, input, access) }
  } catch (error) {
    if (!isDBALError(error) || error.code !== 'VALIDATION_ERROR') throw error
    return { errors: error.details?.['fields'] as readonly FieldError[] }
  }
}

const byText = (errors: readonly FieldError[]): string[] =>
  errors.map(({ field, error }) => `${field}: ${error}`).sort()

it('judges as create does', () => {
  let accepted = 0
  fc.assert(
    fc.property(someRows, fc.constantFrom(...PRINCIPALS), (rows, by) => {
      const before = structuredClone(rows.map((row) => ({ ...row, extra: undefined })))
      const singles = rows.map((row) => outcomeOf('create', row, by))
      const errors = singles.flatMap((single, at) =>
        'errors' in single
          ? single.errors.map(({ field, error }) => ({ field: `items[${at}].${field}`, error }))
          : [],
      )
      const many = outcomeOf('create_many', { items: rows }, by)
      if ('errors' in many) expect(byText(many.errors)).toEqual(byText(errors))
      else {
        expect(errors).toEqual([])
        expect(many.input).toEqual({ items: singles.map((one) => 'input' in one && one.input) })
        accepted += 1
      }
      // What was given may be asked again.
      expect(rows.map((row) => ({ ...row, extra: undefined }))).toEqual(before)
    }),
    { numRuns: 1000 },
  )
  expect(accepted).toBeGreaterThan(200)
})

it('takes nothing that a row inherits', () => {
  const rows = [{ id: 1, name: 'own' }, { id: 2 }]
  const everything = Object.prototype as Given
  everything['name'] = 'all'
  let outcome: Outcome
  try {
    outcome = outcomeOf('create_many', { items: rows }, SYSTEM)
  } finally {
    delete everything['name']
  }
  expect(outcome).toEqual({ errors: [{ field: 'items[1].name', error: 'is required' }] })
})

it('stores the moments and bytes that were given', async () => {
  await using client = new DBALClient({ schema: model, adapter: 'memory' })
  const { parts } = client.system()
  const rows = Array.from({ length: 3 }, (_, id) => ({
    id,
    name: 'n',
    soldAt: new Date(id),
    photo: new Uint8Array([id]),
  }))
  const made = parts.createMany(rows)
  for (const row of rows) {
    row.name = 'later'
    row.soldAt.setTime(99)
    row.photo[0] = 99
  }
  expect(await made).toBe(3)
  const select = ['id', 'name', 'soldAt', 'photo']
  const { data } = (await parts.list({ sort: [{ id: 'asc' }], select })) as { data: unknown }
  expect(data).toEqual(
    rows.map(({ id }) => ({ id, name: 'n', soldAt: new Date(id), photo: new Uint8Array([id]) })),
  )
})

it('asks the rule of each row, whatever the row before was', async () => {
  await using client = new DBALClient({ schema: model, adapter: 'memory' })
  const { notes } = client.as({ user: { id: 'ann', role: 'user' } })
  let id = 0
  const note = (ownerId: string, rank: number | null): Given => ({
    id: (id += 1),
    ownerId,
    rank,
    text: String(id),
  })
  const mine = () => [note('ann', 1), note('ann', 1), note('ann', null), note('ann', 2)]
  expect(await notes.createMany(mine())).toBe(4)
  for (const bad of [note('ben', 1), note('ann', 3), note('ben', null)])
    for (const at of [0, 1, 4]) {
      const rows = mine().toSpliced(at, 0, bad)
      await expect(notes.createMany(rows)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    }
  expect(await notes.count()).toBe(4)
})

const CLOSED = `
entity: Entry
fields:
  id: { type: integer, primary: true }
  name: { type: string, required: true }
  level: { type: integer, default: 1 }
acl:
  create: { user: true, fields: [id, name] }
  read: { user: true }
`

class Made {
  id = 2
  name = 'a'
  level = 9
}

it.each([
  [
    'of another realm',
    () => runInNewContext('({ id: 2, name: "a", level: 9 })') as object,
    'FORBIDDEN',
  ],
  [
    'without a prototype',
    () => Object.assign(Object.create(null) as object, new Made()),
    'FORBIDDEN',
  ],
  ['of a class', () => new Made(), 'VALIDATION_ERROR'],
])('demands of a row %s what it may send', async (_, row, code) => {
  const { model: closed } = compileWorkspace([{ path: 'entities/entry.yaml', text: CLOSED }])
  await using client = new DBALClient({ schema: closed, adapter: 'memory' })
  const { entries } = client.as({ user: { id: 'ann', role: 'user' } })
  for (const rows of [[row()], [{ id: 1, name: 'b' }, row()]])
    await expect(entries.createMany(rows)).rejects.toMatchObject({ code })
  expect(await entries.count()).toBe(0)
})

// Numbers of every two types beside each other, fields and values of a call: each engine finds the rows that
// arithmetic on whole numbers finds, worked out apart from the product.
import type { Adapter, Params, Row, Value } from '@proj/dbal-contract'
import {
  compileWorkspace,
  type CompareOp,
  type Model,
  type QueryPredicate,
} from '@proj/dbal-schema'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embeddedTargets, serverTargets } from '../src/targets/all-targets.ts'

const EDGE = 2n ** 53n
const TOP = 2n ** 63n
const TYPES = ['integer', 'bigint', 'float', 'decimal'] as const
type NumberType = (typeof TYPES)[number]

const FIELDS = {
  whole: 'integer',
  large: 'bigint',
  ratio: 'float',
  price: 'decimal',
  fine: 'decimal',
} as const
type FieldName = keyof typeof FIELDS
const NAMES = Object.keys(FIELDS) as FieldName[]

const STORED: Readonly<Record<FieldName, readonly Value[]>> = {
  whole: [0, 5, -3, 10, 2147483647, -2147483648],
  large: [0n, 5n, -3n, EDGE - 1n, EDGE, EDGE + 1n, TOP - 1n, -TOP, 999_999_999_999_999_999n],
  ratio: [0, 5, 5.5, 0.1, -3.000001, Number(EDGE), Number(TOP), -Number(TOP), 1e18, 1e300, 5e-324],
  price: ['0.000000', '5.000000', '5.500000', '0.100000', '-3.000001', '99999999999999.999999'],
  fine: [
    '0.000000000000000000',
    '5.000000000000000000',
    '0.100000000000000000',
    '0.100000000000000006',
    '-3.000001000000000000',
    `${EDGE}.000000000000000000`,
    `${EDGE + 1n}.000000000000000000`,
    `${EDGE + 1n}.000000000000000001`,
    '999999999999999999.999999999999999999',
    '-999999999999999999.999999999999999999',
  ],
}

const GIVEN: Readonly<Record<NumberType, readonly Value[]>> = {
  integer: [0, 5, -2147483648],
  bigint: [5n, EDGE, EDGE + 1n, TOP - 1n, -TOP],
  float: [5, 5.5, 0.1, -3.5, Number(EDGE), Number(TOP), 1e300, -1e300, 5e-324],
  decimal: [
    '5',
    '5.5',
    '0.1',
    '-3.0000014',
    `${EDGE + 1n}`,
    `${EDGE}.5`,
    `${TOP - 1n}`,
    `${TOP}`,
    `-${TOP}`,
    `-${TOP}.5`,
    '0.1000000000000000060000001',
    `1${'0'.repeat(60)}`,
    `-1${'0'.repeat(60)}.5`,
  ],
}

const OPS: readonly CompareOp[] = ['=', '!=', '<', '<=', '>', '>=']

const { model } = compileWorkspace([
  {
    path: 'entities/figure.yaml',
    text: JSON.stringify({
      entity: 'Figure',
      fields: {
        id: { type: 'integer', primary: true },
        whole: { type: 'integer', optional: true },
        large: { type: 'bigint', optional: true },
        ratio: { type: 'float', optional: true },
        price: { type: 'decimal', precision: 20, scale: 6, optional: true },
        fine: { type: 'decimal', precision: 36, scale: 18, optional: true },
      },
    }),
  },
])

/** Denominators of all values here divide it: digits after the point, and powers of two. */
const UNIT = 10n ** 30n

/** In units, which no decimal here is finer than; of a float, what is below them is left out. */
function units(value: Value): bigint {
  if (typeof value === 'bigint') return value * UNIT
  if (typeof value === 'number') return BigInt(Math.trunc(value)) * UNIT + below(value % 1)
  const [whole = '', fraction = ''] = String(value).replace('-', '').split('.')
  const size = BigInt(whole) * UNIT + BigInt(fraction.padEnd(30, '0'))
  return String(value).startsWith('-') ? -size : size
}

function below(fraction: number): bigint {
  return (BigInt(Math.trunc(fraction * 2 ** 53)) * UNIT) / EDGE
}

function orderOf(types: readonly NumberType[], left: Value, right: Value): number {
  const [a, b] = types.includes('float')
    ? [Number(left), Number(right)]
    : [units(left), units(right)]
  return a < b ? -1 : a > b ? 1 : 0
}

function satisfies(op: CompareOp, order: number): boolean {
  return {
    '=': order === 0,
    '!=': order !== 0,
    '<': order < 0,
    '<=': order <= 0,
    '>': order > 0,
    '>=': order >= 0,
  }[op]
}

const row = fc.record({
  whole: fc.option(fc.constantFrom(...STORED.whole), { freq: 9 }),
  large: fc.option(fc.constantFrom(...STORED.large), { freq: 9 }),
  ratio: fc.option(fc.constantFrom(...STORED.ratio), { freq: 9 }),
  price: fc.option(fc.constantFrom(...STORED.price), { freq: 9 }),
  fine: fc.option(fc.constantFrom(...STORED.fine), { freq: 9 }),
})

const { seed } = fc.readConfigureGlobal()
const rows: readonly (Row & Record<FieldName, Value>)[] = fc
  .sample(row, { numRuns: 120, ...(seed === undefined ? {} : { seed }) })
  .map((cells, id) => ({ id, ...cells }))

describe.each([...embeddedTargets, ...serverTargets(process.env).found])('on $name', (target) => {
  let adapter: Adapter
  beforeAll(async () => {
    adapter = await target.open(model as Model)
    const insert = { kind: 'insert', entity: 'Figure', fields: ['id', ...NAMES] } as const
    await adapter.run(
      insert,
      rows.flatMap((each) => insert.fields.map((name) => each[name] ?? null)),
    )
  }, 60_000)
  afterAll(() => adapter.close())

  async function find(where: QueryPredicate, params: Params): Promise<readonly unknown[]> {
    const id = { kind: 'field', path: [], field: 'id', type: 'integer' } as const
    const sort = [{ operand: id, direction: 'asc', nulls: 'last' }] as const
    const answer = await adapter.run(
      { kind: 'select', entity: 'Figure', fields: ['id'], where, sort },
      params,
    )
    return answer.rows.map((found) => found['id'])
  }

  const field = (name: FieldName) =>
    ({ kind: 'field', path: [], field: name, type: FIELDS[name] }) as const

  it.each(NAMES.flatMap((left) => NAMES.map((right) => [left, right] as const)))(
    'compares the fields %s and %s',
    async (left, right) => {
      for (const op of OPS) {
        const wanted = rows.filter(({ [left]: a, [right]: b }) =>
          a === null || b === null
            ? false
            : satisfies(op, orderOf([FIELDS[left], FIELDS[right]], a, b)),
        )
        const found = await find(
          { kind: 'compare', op, left: field(left), right: field(right) },
          [],
        )
        expect(found, op).toEqual(wanted.map(({ id }) => id))
      }
    },
    60_000,
  )

  it.each(NAMES.flatMap((name) => TYPES.map((type) => [name, type] as const)))(
    'compares the field %s with a %s of the call',
    async (name, type) => {
      const param = { kind: 'param', index: 0, type } as const
      for (const given of GIVEN[type]) {
        const order = (value: Value): number => orderOf([FIELDS[name], type], value, given)
        const holds = (judge: (order: number) => boolean) =>
          rows
            .filter(({ [name]: value }) => value !== null && judge(order(value)))
            .map(({ id }) => id)
        for (const op of OPS) {
          const label = `${op} ${given}`
          const mirrored = (
            { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=', '!=': '!=' } as const
          )[op]
          const wanted = holds((found) => satisfies(op, found))
          expect(
            await find({ kind: 'compare', op, left: field(name), right: param }, [given]),
            label,
          ).toEqual(wanted)
          expect(
            await find({ kind: 'compare', op: mirrored, left: param, right: field(name) }, [given]),
            label,
          ).toEqual(wanted)
        }
        const distinct = { kind: 'distinct', left: field(name), right: param } as const
        const same = holds((found) => found === 0)
        expect(await find({ kind: 'not', term: distinct }, [given])).toEqual(same)
        const list = { kind: 'param', index: 0, type, list: true } as const
        const among = { kind: 'in', left: field(name), list } as const
        expect(await find(among, [[given]])).toEqual(same)
        const others = holds((found) => found !== 0)
        expect(
          await find({ kind: 'not', term: among }, [Array.from({ length: 300 }, () => given)]),
        ).toEqual(others)
      }
    },
    60_000,
  )
})

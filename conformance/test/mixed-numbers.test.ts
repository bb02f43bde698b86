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

const MIRRORED = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '=': '=',
  '!=': '!=',
} as const
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

/** Digits after the point of the finest decimal here. */
const SCALE = 30

function units(value: Value): bigint {
  const [whole = '', fraction = ''] = String(value).replace('-', '').split('.')
  const size = BigInt(whole + fraction.padEnd(SCALE, '0'))
  return String(value).startsWith('-') ? -size : size
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
  .sample(row, { numRuns: 80, ...(seed === undefined ? {} : { seed }) })
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

  /** The rows that it holds for, by what is given for its one param. */
  function finder(where: QueryPredicate): (params: Params) => Promise<readonly unknown[]> {
    const id = { kind: 'field', path: [], field: 'id', type: 'integer' } as const
    const sort = [{ operand: id, direction: 'asc', nulls: 'last' }] as const
    const query = { kind: 'select', entity: 'Figure', fields: ['id'], where, sort } as const
    return async (params) => (await adapter.run(query, params)).rows.map((found) => found['id'])
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
        const find = finder({ kind: 'compare', op, left: field(left), right: field(right) })
        expect(await find([]), op).toEqual(wanted.map(({ id }) => id))
      }
    },
    60_000,
  )

  it.each(NAMES.flatMap((name) => TYPES.map((type) => [name, type] as const)))(
    'compares the field %s with a %s of the call',
    async (name, type) => {
      const [one, param] = [field(name), { kind: 'param', index: 0, type } as const]
      const compared = OPS.map((op) => ({
        op,
        find: finder({ kind: 'compare', op, left: one, right: param }),
        findMirrored: finder({ kind: 'compare', op: MIRRORED[op], left: param, right: one }),
      }))
      const same = finder({ kind: 'not', term: { kind: 'distinct', left: one, right: param } })
      const among = { kind: 'in', left: one, list: { ...param, list: true } } as const
      const [within, without] = [finder(among), finder({ kind: 'not', term: among })]
      for (const given of GIVEN[type]) {
        const holds = (op: CompareOp) =>
          rows
            .filter(({ [name]: value }) =>
              value === null ? false : satisfies(op, orderOf([FIELDS[name], type], value, given)),
            )
            .map(({ id }) => id)
        for (const { op, find, findMirrored } of compared) {
          expect(await find([given]), op).toEqual(holds(op))
          expect(await findMirrored([given]), op).toEqual(holds(op))
        }
        expect(await same([given])).toEqual(holds('='))
        expect(await within([[given]])).toEqual(holds('='))
        const many = Array.from({ length: 300 }, () => given)
        expect(await without([many])).toEqual(holds('!='))
      }
    },
    60_000,
  )
})

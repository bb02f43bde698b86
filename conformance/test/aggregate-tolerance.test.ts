// What random programs let pass in aggregates: what the order of adding does to floats, and nothing else (AGG-4).
import { openMemory } from '@proj/dbal-adapter-memory'
import type { Adapter, Value } from '@proj/dbal-contract'
import { describe, expect, it } from 'vitest'
import { answersOf, firstDifference } from '../src/differential/find-difference.ts'
import { modelOf } from '../src/differential/random-contract.ts'
import type { RandomStep } from '../src/differential/random-program.ts'

const optional = true
const model = modelOf([
  {
    entity: 'Sample',
    fields: {
      id: { type: 'string', primary: true },
      whole: { type: 'integer', optional },
      large: { type: 'bigint', optional },
      price: { type: 'decimal', precision: 18, scale: 2, optional },
      ratio: { type: 'float', optional },
    },
  },
])

const items = [
  { id: 'a', whole: 2147483646, large: '9007199254740993', price: '1234567890123.45', ratio: 1e10 },
  { id: 'b', whole: 1, large: '1', price: '0.01', ratio: 0.1 },
  { id: 'c', ratio: -1e10 },
]
const sums = {
  sum: ['whole', 'large', 'price', 'ratio'],
  avg: ['whole', 'large', 'price', 'ratio'],
}
const program: readonly RandomStep[] = [
  { entity: 'Sample', action: 'create_many', input: { items } },
  { entity: 'Sample', action: 'aggregate', input: { ...sums, min: ['ratio'], max: ['ratio'] } },
  { entity: 'Sample', action: 'aggregate', input: { ...sums, groupBy: ['whole'] } },
]

/** Answers one term of an aggregate over all rows otherwise. */
function changing(term: string, change: (value: Value) => Value): Adapter {
  const adapter = openMemory({ model })
  return {
    ...adapter,
    close: () => adapter.close(),
    transaction: (work, options) => adapter.transaction(work, options),
    run: async (query, params, options) => {
      const { rows, count } = await adapter.run(query, params, options)
      if (query.kind !== 'aggregate' || query.groupBy.length > 0) return { rows, count }
      const names = query.terms
        .filter(({ function: name, field }) => `${name} ${field}` === term)
        .map(({ as }) => as)
      const changed = rows.map((row) => {
        const entries = Object.entries(row).map(([key, value]) => [
          key,
          names.includes(key) && value !== null ? change(value as Value) : value,
        ])
        return Object.fromEntries(entries) as typeof row
      })
      return { rows: changed, count }
    },
  }
}

async function differs(adapter: Adapter): Promise<boolean> {
  const memory = await answersOf(program, model, openMemory({ model }))
  return firstDifference(memory, await answersOf(program, model, adapter)) !== undefined
}

/** One in the last of twelve digits would let each of them pass. */
const WRONG: readonly (readonly [string, (value: Value) => Value])[] = [
  ['sum whole', (value) => Number(value) + 1],
  ['sum large', (value) => (value as bigint) + 1n],
  ['sum price', (value) => `${String(value).slice(0, -1)}9`],
  ['avg whole', (value) => Number(value) * (1 + Number.EPSILON)],
  ['avg large', (value) => Number(value) * (1 + Number.EPSILON)],
  ['avg price', (value) => `${String(value).slice(0, -1)}9`],
  ['min ratio', (value) => Number(value) * (1 + Number.EPSILON)],
  ['max ratio', (value) => Number(value) * (1 + Number.EPSILON)],
]

describe('an aggregate that differs', () => {
  it.each(WRONG)('in the last digit of %s is found', async (term, change) => {
    expect(await differs(changing(term, change))).toBe(true)
  })

  it.each([
    // 1e10 + 0.1 − 1e10, in any order of adding.
    ['sum ratio', 0.100000381469727, false],
    ['avg ratio', 0.1 / 3, false],
    ['sum ratio', 0.1001, true],
    ['avg ratio', 0.1001 / 3, true],
  ])(
    'in %s of floats, %d, is found where no order of adding explains it',
    async (term, value, found) => {
      expect(await differs(changing(term, () => value))).toBe(found)
    },
  )

  it('is none where nothing is changed', async () => {
    expect(await differs(changing('', (value) => value))).toBe(false)
  })
})

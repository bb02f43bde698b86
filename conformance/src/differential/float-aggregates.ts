// Sums and averages of floats: engines add in an order of their own, so that these alone are compared with a
// tolerance (AGG-4). Every other value stands in the transcript and is compared byte for byte.
import type { Entity } from '@proj/dbal-schema'

/** A sum or an average that an engine answered, and how far the exact one may be from it. */
export interface Inexact {
  readonly value: number
  readonly off: number
}

type PlainRecord = Readonly<Record<string, unknown>>

const FUNCTIONS = ['sum', 'avg'] as const

/** The floats that an aggregate asks to be added. */
export function addedFloats({ fields }: Entity, input: PlainRecord): readonly string[] {
  const named = FUNCTIONS.flatMap((name) => (input[name] ?? []) as readonly string[])
  return [...new Set(named)].filter((name) => fields.get(name)?.type === 'float')
}

/** By function and field. */
export type Bounds = Readonly<Record<(typeof FUNCTIONS)[number], ReadonlyMap<string, number>>>

/** n · 2⁻⁵² · Σ|x| for a sum of n `rows`, the n-th part for an average: twice what adding one by one can be off. */
export function boundsOf(names: readonly string[], rows: readonly PlainRecord[]): Bounds {
  const off = (name: string): number =>
    Number.EPSILON * rows.reduce((sum, row) => sum + Math.abs(Number(row[name])), 0)
  return {
    sum: new Map(names.map((name) => [name, rows.length * off(name)])),
    avg: new Map(names.map((name) => [name, off(name)])),
  }
}

/**
 * What is answered, with `~` in the place of what may be off, and that in the order it stands there. Of a group the
 * bound is that of all rows, which is no less than its own.
 */
export function takeOut(
  answer: unknown,
  bounds: Bounds,
): { readonly exact: unknown; readonly inexact: readonly Inexact[] } {
  const inexact: Inexact[] = []
  const ofFunction = (values: PlainRecord, name: (typeof FUNCTIONS)[number]): PlainRecord =>
    mapValues(values, (value, field) => {
      const off = bounds[name].get(field)
      if (off === undefined || typeof value !== 'number') return value
      inexact.push({ value, off })
      return '~'
    })
  const ofGroup = (group: PlainRecord): PlainRecord =>
    mapValues(group, (value, key) => {
      const name = FUNCTIONS.find((each) => each === key)
      return name === undefined ? value : ofFunction(value as PlainRecord, name)
    })
  const exact = Array.isArray(answer)
    ? (answer as readonly PlainRecord[]).map(ofGroup)
    : ofGroup(answer as PlainRecord)
  return { exact, inexact }
}

export function isNear(one: Inexact, other: Inexact): boolean {
  return Math.abs(one.value - other.value) <= one.off + other.off
}

function mapValues(
  record: PlainRecord,
  map: (value: unknown, name: string) => unknown,
): PlainRecord {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]))
}

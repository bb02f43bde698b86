// Rows and callers of any model, from few values, so that they meet.
import {
  JsonNull,
  type ClaimValue,
  type Principal,
  type Row,
  type Value,
} from '@proj/dbal-contract'
import type { Claim, Entity, Field, Model } from '@proj/dbal-schema'
import fc from 'fast-check'
import type { World } from './oracle.ts'

const UUIDS = [1, 2, 3, 4].map((n) => `00000000-0000-7000-8000-00000000000${n}`)
const TEXTS = ['a', 'B', 'a%', 'staff-a', 'a\\', '']
const DATES = ['2001-02-03', '2199-01-01']

/** Floats beyond are no longer all of the integers. */
const EDGE = 2n ** 53n

/** Claims have no scale, and more digits than a field has. */
function decimals(scale: number | undefined, precision: number): readonly string[] {
  const digits = scale ?? 2
  const small = ['0', '1', '2'].map((whole) =>
    digits > 0 ? `${whole}.${'50'.padEnd(digits, '0').slice(0, digits)}` : whole,
  )
  const fraction = digits > 0 ? `.${'1'.padEnd(digits, '0')}` : ''
  const wide = precision - digits > 16 ? [`${EDGE + 1n}${fraction}`, `${EDGE}${fraction}`] : []
  const free = scale === undefined ? ['1.0000000001', `1${'0'.repeat(40)}`, '0.1'] : []
  return [...small, ...wide, ...free]
}

function values({
  type,
  values: enumValues,
  precision = 20,
  scale,
}: Pick<Field, 'type' | 'values' | 'precision' | 'scale'>): readonly Value[] {
  switch (type) {
    case 'uuid':
      return UUIDS
    case 'enum':
      return enumValues ?? TEXTS
    case 'integer':
      return [0, 1, 2, 3]
    case 'bigint':
      return [0n, 1n, 2n, 4_102_444_800_000n, EDGE, EDGE + 1n, 2n ** 63n - 1n, -(2n ** 63n)]
    case 'float':
      return [0, 1, 1.5, 0.1, Number(EDGE), 2 ** 63, -(2 ** 63), 1e300]
    case 'decimal':
      return decimals(scale, precision)
    case 'boolean':
      return [true, false]
    case 'datetime':
      return DATES.map((date) => new Date(`${date}T00:00:00.500Z`))
    case 'date':
      return DATES
    case 'time':
      return ['08:00:00', '20:00:00.500']
    case 'json':
      return [{ a: 1 }, JsonNull]
    case 'bytes':
      return [new Uint8Array([1, 2])]
    default:
      return TEXTS
  }
}

function rowOf(entity: Entity): fc.Arbitrary<Row> {
  const cells = [...entity.fields.values()].map((field) => {
    const some = fc.constantFrom(...values(field))
    const cell = field.nullable && !field.primary ? fc.option(some, { freq: 3 }) : some
    return [field.name, cell] as const
  })
  return fc.record(Object.fromEntries(cells))
}

/** Rows of each entity; some will not fit together and are left out by who stores them. */
export function rowsOf(model: Model, count: number): fc.Arbitrary<World> {
  const lists = [...model.entities.values()].map((entity) =>
    fc
      .array(rowOf(entity), { minLength: count, maxLength: count })
      .map((rows) => [entity.name, rows] as const),
  )
  return fc.tuple(...lists).map((entries) => new Map(entries))
}

const MISFITS: readonly ClaimValue[] = ['1', 1, 1.5, true, ['a', 1, true], []]

function claimOf({ type, list }: Claim): fc.Arbitrary<ClaimValue> {
  const fit = fc.constantFrom(...(values({ type }) as Exclude<Value, null>[]))
  const good: fc.Arbitrary<ClaimValue> = list ? fc.array(fit, { maxLength: 3 }) : fit
  return fc.oneof(
    { weight: 5, arbitrary: good },
    { weight: 1, arbitrary: fc.constantFrom(...MISFITS) },
  )
}

function claimsOf(
  model: Model,
  skipped: readonly string[],
): fc.Arbitrary<ReadonlyMap<string, ClaimValue>> {
  const known = [...model.claims.values()].filter(
    ({ name, type }) => !skipped.includes(name) && type !== 'json' && type !== 'bytes',
  )
  const entries = known.map((claim) =>
    fc.option(claimOf(claim), { freq: 3 }).map((value) => [claim.name, value] as const),
  )
  return fc
    .tuple(...entries)
    .map(
      (all) =>
        new Map(all.filter((entry): entry is readonly [string, ClaimValue] => entry[1] !== null)),
    )
}

export function principalOf(model: Model): fc.Arbitrary<Principal> {
  const ids = [...model.entities.values()].find(({ principal }) => principal)
  const key = ids?.fields.get(ids.primaryKey[0] ?? '')
  const id = fc.option(fc.constantFrom(...(values(key ?? { type: 'uuid' }) as string[])), {
    freq: 5,
  })
  const roles = fc.uniqueArray(fc.constantFrom(...model.roles.names, 'stranger'), { maxLength: 2 })
  return fc
    .tuple(
      id,
      roles,
      claimsOf(model, ['id', 'role', 'roles']),
      claimsOf(model, ['id', 'role', 'roles']),
    )
    .map(([who, held, others, context]) => ({
      system: false,
      ...(who === null ? {} : { id: who }),
      roles: held,
      claims: new Map<string, ClaimValue>([
        ...others,
        ...(who === null ? [] : [['id', who] as const]),
        ...(held.length === 0 ? [] : [['roles', held] as const]),
        ...(held.length === 1 ? [['role', held[0] ?? ''] as const] : []),
      ]),
      context,
    }))
}

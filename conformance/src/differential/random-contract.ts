// Random contracts within the grammar: entities of many types that refer to each other and to themselves.
import { compileWorkspace, formatDiagnostics, type FieldType, type Model } from '@proj/dbal-schema'
import fc from 'fast-check'
import { KEY_TYPES } from './random-values.ts'

/** An entity as its YAML would say. */
export type WrittenEntity = Readonly<Record<string, unknown>>

const NAMES = ['Ash', 'Birch', 'Cedar'] as const
const FIELDS = ['f', 'g', 'h', 'i', 'j'] as const
const TYPES =
  'string text integer bigint float decimal boolean datetime date time uuid bytes json enum'.split(
    ' ',
  ) as readonly FieldType[]
const UNIQUE: ReadonlySet<FieldType> = new Set(['string', 'integer', 'bigint', 'uuid', 'date'])

const DEFAULTS: Readonly<Partial<Record<FieldType, unknown>>> = {
  string: 'preset',
  integer: 5,
  bigint: 6,
  decimal: '7.25',
  boolean: true,
  date: '2020-02-29',
  enum: 'y',
}

const field = fc
  .record({
    type: fc.constantFrom(...TYPES),
    required: fc.boolean(),
    preset: fc.boolean(),
    unique: fc.nat(5),
    index: fc.nat(3),
  })
  .map(({ type, required, preset, unique, index }) => ({
    type,
    ...(required ? { required } : { optional: true }),
    ...(preset && DEFAULTS[type] !== undefined ? { default: DEFAULTS[type] } : {}),
    ...(unique === 0 && UNIQUE.has(type) ? { unique: true } : {}),
    ...(index === 0 && UNIQUE.has(type) ? { index: true } : {}),
    ...(type === 'string' ? { max_length: 12 } : {}),
    ...(type === 'decimal' ? { precision: 10, scale: 2 } : {}),
    ...(type === 'enum' ? { values: ['x', 'y', 'Z'] } : {}),
  }))

const reference = fc.record({
  to: fc.nat(2),
  required: fc.boolean(),
  onDelete: fc.constantFrom('cascade', 'set_null', 'restrict'),
})

const body = fc.record({
  fields: fc.uniqueArray(fc.tuple(fc.constantFrom(...FIELDS), field), {
    minLength: 1,
    selector: ([name]) => name,
  }),
  references: fc.array(reference, { maxLength: 2 }),
  wide: fc.boolean(),
  softly: fc.nat(5).map((n) => n === 0),
  locked: fc.nat(5).map((n) => n === 0),
})

export const contracts: fc.Arbitrary<readonly WrittenEntity[]> = fc
  .tuple(fc.array(body, { minLength: 1, maxLength: NAMES.length }), fc.constantFrom(...KEY_TYPES))
  .map(([bodies, key]) => bodies.map((each, n) => write(each, n, bodies.length, key)))

type Body = typeof body extends fc.Arbitrary<infer T> ? T : never

function write(
  { fields, references, wide, softly, locked }: Body,
  n: number,
  count: number,
  key: FieldType,
): WrittenEntity {
  const links = references
    .filter(({ to }) => to < count)
    .map(({ to, required, onDelete }, nth) => {
      // A required key to its own kind could never be given to the first row.
      const isRequired = required && to !== n
      const action = isRequired && onDelete === 'set_null' ? 'cascade' : onDelete
      const name = `to${nth}`
      const inverse = `back${n}${nth}`
      const foreignKey = { entity: NAMES[to], field: 'id', name, inverse, on_delete: action }
      const presence = isRequired ? { required: true } : { optional: true }
      return [`${name}Id`, { type: key, ...presence, foreign_key: foreignKey }] as const
    })
  const unique = fields.filter(([, { type, unique: alone }]) => UNIQUE.has(type) && alone !== true)
  return {
    entity: NAMES[n],
    fields: {
      id: { type: key, primary: true },
      ...Object.fromEntries([...fields, ...links]),
      ...(softly ? { goneAt: { type: 'datetime', optional: true } } : {}),
      ...(locked ? { version: { type: 'integer', default: 0 } } : {}),
    },
    ...(softly ? { soft_delete: { field: 'goneAt' } } : {}),
    ...(locked ? { optimistic_lock: 'version' } : {}),
    ...(wide && unique.length > 1
      ? {
          indexes: [
            { fields: unique.slice(0, 2).map(([name]) => name), unique: true, name: `wide${n}` },
          ],
        }
      : {}),
  }
}

/** Throws for a contract that the loader refuses: the generator is wrong, or the loader. */
export function modelOf(entities: readonly WrittenEntity[]): Model {
  const text = entities.map((entity) => JSON.stringify(entity)).join('\n---\n')
  const { model, diagnostics, files } = compileWorkspace([{ path: 'entities/random.yaml', text }])
  if (model === undefined)
    throw new Error(formatDiagnostics(diagnostics, files, { format: 'pretty' }))
  return model
}

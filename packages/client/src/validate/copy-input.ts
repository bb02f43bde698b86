// The caller's input, copied by own keys: nothing inherited, nothing dangerous, and nothing of the
// caller's is changed by what validation writes.
import { isPlainObject } from '@proj/dbal-contract'
import type { FieldError } from '@proj/dbal-contract'
import type { Entity, OperationSpec } from '@proj/dbal-schema'
import { isPrototypeName } from '@proj/dbal-schema/model'
import { LIMITS } from '../query/limits.ts'

type Copy = Record<string, unknown>

/** Parts whose own compilers walk them; only the containers of data are copied deeper. */
const DATA_KEYS: ReadonlySet<string> = new Set(['items', 'data', 'create', 'update', 'where'])

/** Options of `update`, which stand beside its data. */
const GUARDS: ReadonlySet<string> = new Set(['ifVersion', 'ifUnchangedSince'])

/** Top-level `undefined` means absent; inside data, where and items it is an error. */
export function copyInput(
  input: unknown,
  entity: Entity,
  { builtIn }: OperationSpec,
  errors: FieldError[],
): Copy {
  const copy: Copy = {}
  if (input === undefined) return copy
  if (!isPlainObject(input)) {
    errors.push({ field: 'input', error: 'must be an object' })
    return copy
  }
  const isData = builtIn === 'create' || builtIn === 'update'
  for (const key of Object.keys(input)) {
    const value = input[key]
    const isField = entity.fields.has(key)
    if (isPrototypeName(key)) errors.push({ field: key, error: 'is not a known field' })
    else if (value === undefined) {
      // `{ email: undefined }` in data is a bug on the caller's side, never "leave it out".
      if (isField || (isData && !GUARDS.has(key)))
        errors.push({ field: key, error: 'is undefined' })
    } else copy[key] = DATA_KEYS.has(key) && !isField ? copyPart(value, key, errors) : value
  }
  return copy
}

function copyPart(value: unknown, path: string, errors: FieldError[]): unknown {
  if (!Array.isArray(value)) return copyData(value, path, errors)
  if (value.length > LIMITS.bulkRows) {
    errors.push({ field: path, error: `has more than ${LIMITS.bulkRows} items` })
    return []
  }
  return value.map((item, i) => copyData(item, path, errors, i))
}

/** A spread is the one copy that engines of JavaScript make as a whole. */
function copyData(value: unknown, path: string, errors: FieldError[], index?: number): unknown {
  const at = (): string => (index === undefined ? path : `${path}[${index}]`)
  if (!isPlainObject(value)) {
    // Of any other object nobody would look at the names, whoever may send them.
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      errors.push({ field: at(), error: 'must be an object' })
    return value
  }
  const copy: Copy = { ...value }
  for (const key in copy) {
    const isName = isPrototypeName(key)
    if ((!isName && copy[key] !== undefined) || !Object.hasOwn(copy, key)) continue
    errors.push({
      field: `${at()}.${key}`,
      error: isName ? 'is not a known field' : 'is undefined',
    })
    delete copy[key]
  }
  return copy
}

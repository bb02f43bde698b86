// `client.users`: the methods of api.md, each turned into the flat form that `call` takes. It decides
// nothing; what a method may do is settled where operations run.
import { invalid, type RunningOptions, type FieldError, isPlainObject } from '@proj/dbal-contract'
import type { Entity, OperationSpec } from '@proj/dbal-schema'
import { keyProblem } from './write/key-problem.ts'
import { mergeOptions, readOptions, splitOptions } from './operation/call-options.ts'
import { resolveOperation } from './operation/resolve-operation.ts'

type Input = Readonly<Record<string, unknown>>

export interface FlatCall {
  readonly action: string
  readonly input: Input
  readonly options: RunningOptions
}

/** How a method's arguments become input and options. */
type Adapt = (entity: Entity, args: readonly unknown[]) => readonly [Input, RunningOptions]

const plain: Adapt = (_, [input, options]) => [asInput(input), readOptions(options)]

const STANDARD: ReadonlyMap<string, readonly [action: string, adapt: Adapt]> = new Map([
  ['create', ['create', plain]],
  ['createMany', ['create_many', adaptCreateMany]],
  ['read', ['read', adaptRead]],
  ['update', ['update', adaptUpdate]],
  ['updateMany', ['update_many', adaptUpdateMany]],
  ['upsert', ['upsert', plain]],
  ['delete', ['delete', adaptDelete]],
  ['deleteMany', ['delete_many', adaptDeleteMany]],
  ['list', ['list', plain]],
  ['search', ['search', adaptSearch]],
  ['count', ['count', plain]],
  ['aggregate', ['aggregate', plain]],
])

/** Throws VALIDATION_ERROR for a method that is none, and for arguments of the wrong kind. */
export function adaptMethod(entity: Entity, method: string, args: readonly unknown[]): FlatCall {
  const standard = STANDARD.get(method)
  if (standard === undefined) {
    const operation = resolveOperation(entity, method)
    const input = bareInput(entity, operation, args[0])
    return { action: operation.name, input, options: readOptions(args[1]) }
  }
  const [action, adapt] = standard
  const [input, options] = adapt(entity, args)
  return { action, input, options }
}

function adaptCreateMany(
  _: Entity,
  [items, options]: readonly unknown[],
): readonly [Input, RunningOptions] {
  const isFlat = isPlainObject(items) && Object.hasOwn(items, 'items')
  return [isFlat ? items : { items }, readOptions(options)]
}

function adaptSearch(
  _: Entity,
  [query, options]: readonly unknown[],
): readonly [Input, RunningOptions] {
  return [typeof query === 'string' ? { query } : asInput(query), readOptions(options)]
}

function adaptRead(entity: Entity, args: readonly unknown[]): readonly [Input, RunningOptions] {
  const [id, selection, more] = args
  const { own, options } = splitOptions(selection, ['select', 'include'])
  return [{ ...keyInput(entity, id), ...own }, mergeOptions(options, readOptions(more))]
}

function adaptDelete(
  entity: Entity,
  [id, options]: readonly unknown[],
): readonly [Input, RunningOptions] {
  return [keyInput(entity, id), readOptions(options)]
}

function adaptUpdate(entity: Entity, args: readonly unknown[]): readonly [Input, RunningOptions] {
  const [id, data, guards, more] = args
  const key = keyInput(entity, id)
  const values = asInput(data)
  const errors: FieldError[] = []
  for (const field of Object.keys(key)) {
    // Anything else in the key would be taken for data.
    if (!entity.primaryKey.includes(field)) {
      errors.push({ field, error: 'is not part of the primary key' })
    } else if (Object.hasOwn(values, field)) {
      errors.push(keyProblem(field))
    }
  }
  if (errors.length > 0) throw invalid(errors)
  const { own, options } = splitOptions(guards, ['ifVersion', 'ifUnchangedSince'])
  return [{ ...values, ...key, ...own }, mergeOptions(options, readOptions(more))]
}

function adaptUpdateMany(_: Entity, args: readonly unknown[]): readonly [Input, RunningOptions] {
  const [filter, data, flags, more] = args
  const { own, options } = splitOptions(flags, ['all'])
  return [{ filter, data, ...own }, mergeOptions(options, readOptions(more))]
}

function adaptDeleteMany(_: Entity, args: readonly unknown[]): readonly [Input, RunningOptions] {
  const [filter, flags, more] = args
  const { own, options } = splitOptions(flags, ['all'])
  return [{ filter, ...own }, mergeOptions(options, readOptions(more))]
}

/** A bare value is the primary key; an object holds the key's fields or a unique one's. */
function keyInput(entity: Entity, id: unknown): Input {
  if (isPlainObject(id)) return id
  const [key, more] = entity.primaryKey
  if (id === undefined || id === null || key === undefined || more !== undefined) {
    const wanted = entity.primaryKey.join(' and ')
    throw invalid([
      { field: wanted, error: more === undefined ? 'is required' : 'are required, as an object' },
    ])
  }
  return { [key]: id }
}

/** One required input may be passed bare. */
function bareInput(entity: Entity, operation: OperationSpec, input: unknown): Input {
  if (input === undefined) return {}
  const names =
    operation.byField === undefined
      ? operation.input.filter((each) => each.required).map((each) => each.name)
      : [operation.byField]
  const [name] = names
  const single = name !== undefined && names.length === 1
  if (isPlainObject(input)) {
    // An object that is itself the value of the one input, a json say, has none of the inputs' names.
    const known = [...operation.input.map((each) => each.name), ...names]
    const isValue =
      single &&
      operation.builtIn === undefined &&
      Object.keys(input).length > 0 &&
      !Object.keys(input).some((key) => known.includes(key)) &&
      !entity.fields.has(name)
    return isValue ? { [name]: input } : input
  }
  if (single) return { [name]: input }
  throw invalid([{ field: 'input', error: 'must be an object' }])
}

/** Throws VALIDATION_ERROR for what is neither an object nor left out. */
export function asInput(value: unknown): Input {
  if (value === undefined) return {}
  if (isPlainObject(value)) return value
  throw invalid([{ field: 'input', error: 'must be an object' }])
}

// `client.users`: the methods of api.md, each turned into the flat form that `call` takes. It decides
// nothing; what a method may do is settled where operations run.
import type { FieldError, Operation, Page, RunningOptions } from '@proj/dbal-contract'
import { invalid, isPlainObject, mergeOwn } from '@proj/dbal-contract/base'
import type { Entity, OperationSpec } from '@proj/dbal-schema'
import { keyProblem } from './write/key-problem.ts'
import { mergeOptions, readOptions, splitOptions } from './operation/call-options.ts'
import { resolveOperation } from './operation/resolve-operation.ts'

type Input = Readonly<Record<string, unknown>>

export interface FlatCall {
  readonly operation: Operation
  readonly options: RunningOptions
  /** What the method makes of the operation's answer. */
  readonly answer?: ((answer: unknown) => unknown) | undefined
}

/** How a method's arguments become input and options. */
type Adapt = (entity: Entity, args: readonly unknown[]) => readonly [Input, RunningOptions]

const plain: Adapt = (_, [input, options]) => [asInput(input), readOptions(options)]

type Method = readonly [action: string, adapt: Adapt, answer?: FlatCall['answer']]

const STANDARD: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['create', ['create', plain]],
  ['createMany', ['create_many', adaptCreateMany]],
  ['read', ['read', adaptRead]],
  ['update', ['update', adaptUpdate]],
  ['updateMany', ['update_many', adaptUpdateMany]],
  ['upsert', ['upsert', plain]],
  ['delete', ['delete', adaptDelete]],
  ['deleteMany', ['delete_many', adaptDeleteMany]],
  ['list', ['list', plain]],
  ['find', ['list', adaptFind, (page) => (page as Page).data[0]]],
  ['exists', ['list', adaptExists, (page) => (page as Page).data.length > 0]],
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
    const options = readOptions(args[1])
    return { operation: { entity: entity.name, action: operation.name, input }, options }
  }
  const [action, adapt, answer] = standard
  const [input, options] = adapt(entity, args)
  return { operation: { entity: entity.name, action, input }, options, answer }
}

/** The operation that a method is, by whatever name; one that is none keeps its own. */
export function actionOf(method: string): string {
  return STANDARD.get(method)?.[0] ?? method
}

const ONE = Object.freeze({ limit: 1 })

function adaptFind(
  _: Entity,
  [asked, options]: readonly unknown[],
): readonly [Input, RunningOptions] {
  return [mergeOwn(asInput(asked), ONE), readOptions(options)]
}

function adaptExists(
  { primaryKey }: Entity,
  [asked, options]: readonly unknown[],
): readonly [Input, RunningOptions] {
  return [mergeOwn(asInput(asked), { select: primaryKey }, ONE), readOptions(options)]
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
  return [mergeOwn(keyInput(entity, id), own), mergeOptions(options, readOptions(more))]
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
  return [mergeOwn(values, key, own), mergeOptions(options, readOptions(more))]
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
  const name = onlyInput(operation)
  if (isPlainObject(input)) {
    const isValue =
      name !== undefined &&
      operation.builtIn === undefined &&
      !entity.fields.has(name) &&
      isValueItself(operation, name, input)
    return isValue ? { [name]: input } : input
  }
  if (name !== undefined) return { [name]: input }
  throw invalid([{ field: 'input', error: 'must be an object' }])
}

/** The one that is required; undefined where there is none, or more. */
function onlyInput({ byField, input }: OperationSpec): string | undefined {
  if (byField !== undefined) return byField
  let only: string | undefined
  for (const { name, required } of input) {
    if (!required) continue
    if (only !== undefined) return undefined
    only = name
  }
  return only
}

/** An object that is itself the value of the one input, a json say, has none of the inputs' names. */
function isValueItself({ input }: OperationSpec, name: string, given: Input): boolean {
  const keys = Object.keys(given)
  const isNamed = (key: string): boolean => key === name || input.some((each) => each.name === key)
  return keys.length > 0 && !keys.some(isNamed)
}

/** Throws VALIDATION_ERROR for what is neither an object nor left out. */
function asInput(value: unknown): Input {
  if (value === undefined) return {}
  if (isPlainObject(value)) return value
  throw invalid([{ field: 'input', error: 'must be an object' }])
}

// Where in an operation's input values of fields stand. Encoding and decoding are this walk with another
// leaf; what is no value of a field passes as it is.
import type { Entity, Field, FieldType, Model, OperationSpec } from '@proj/dbal-schema'
import { aggregateType } from '../value/aggregate-type.ts'
import { isPlainObject, putOwn } from '../value/plain-object.ts'

type Input = Readonly<Record<string, unknown>>
/** What to do with a value; `whole`: it is a condition by itself, or the operators of one. */
export type Leaf = (shape: Pick<Field, 'type'>, value: unknown, whole?: boolean) => unknown
type Walk = (entity: Entity, value: unknown, walker: Walker) => unknown

interface Walker {
  readonly model: Model
  readonly leaf: Leaf
}

export function walkInput(
  model: Model,
  entity: Entity,
  operation: OperationSpec,
  input: Input,
  leaf: Leaf,
): Input {
  const walker = { model, leaf }
  switch (operation.builtIn) {
    case 'create':
    case 'update':
      return mapInput(input, (key, value) => walkEntry(entity, key, value, walker))
    case undefined:
      return mapInput(input, (key, value) => walkDeclared(entity, operation, key, value, leaf))
    default:
      return mapInput(input, (key, value) => walkOption(entity, key, value, walker))
  }
}

const OPTIONS: ReadonlyMap<string, Walk> = new Map<string, Walk>([
  ['filter', walkFilter],
  ['data', walkData],
  ['create', walkData],
  ['update', walkData],
  ['where', walkData],
  ['items', walkData],
  ['include', walkInclude],
  ['having', walkHaving],
])

function walkOption(entity: Entity, key: string, value: unknown, walker: Walker): unknown {
  const field = entity.fields.get(key)
  const walk = OPTIONS.get(key)
  // A field may be called `filter`: only an option is an object or a list.
  const isOption = isPlainObject(value) || Array.isArray(value)
  if (walk !== undefined && isOption) return walk(entity, value, walker)
  return field === undefined ? value : walker.leaf(field, value)
}

/** A record to write, or several. */
function walkData(entity: Entity, value: unknown, walker: Walker): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => walkData(entity, item, walker))
  if (!isPlainObject(value)) return value
  return mapInput(value, (key, inner) => walkEntry(entity, key, inner, walker))
}

function walkEntry(entity: Entity, key: string, value: unknown, walker: Walker): unknown {
  const field = entity.fields.get(key)
  if (field !== undefined) {
    return isPlainObject(value) && field.type !== 'json'
      ? mapInput(value, (_, inner) => walker.leaf(field, inner))
      : walker.leaf(field, value)
  }
  // The guards of an update stand beside its data.
  const guard = GUARDS.get(key)?.(entity)
  if (guard !== undefined) return walker.leaf(guard, value)
  const target = targetOf(entity, key, walker)
  if (target === undefined || !isPlainObject(value)) return value
  return mapInput(value, (verb, inner) => walkVerb(target, verb, inner, walker))
}

const GUARDS: ReadonlyMap<string, (entity: Entity) => Pick<Field, 'type'> | undefined> = new Map([
  ['ifVersion', ({ fields, optimisticLock = '' }: Entity) => fields.get(optimisticLock)],
  [
    'ifUnchangedSince',
    ({ fields }: Entity) => [...fields.values()].find(({ autoUpdate }) => autoUpdate),
  ],
])

function walkVerb(target: Entity, verb: string, value: unknown, walker: Walker): unknown {
  if (verb !== 'connectOrCreate') return walkData(target, value, walker)
  const parts = (item: unknown): unknown =>
    isPlainObject(item) ? mapInput(item, (_, part) => walkData(target, part, walker)) : item
  return Array.isArray(value) ? value.map(parts) : parts(value)
}

function walkFilter(entity: Entity, filter: unknown, walker: Walker): unknown {
  if (Array.isArray(filter)) return filter.map((term: unknown) => walkFilter(entity, term, walker))
  if (!isPlainObject(filter)) return filter
  return mapInput(filter, (key, value) => {
    const field = entity.fields.get(key)
    if (field !== undefined) return walkCondition(field, value, walker.leaf)
    const target = targetOf(entity, key, walker)
    if (target === undefined) return walkFilter(entity, value, walker)
    return walkRelation(target, value, walker)
  })
}

const QUANTIFIERS: ReadonlySet<string> = new Set(['some', 'every', 'none', 'is', 'isNot'])

/** `{ some: filter }`, or of a relation to one the filter itself. */
function walkRelation(target: Entity, value: unknown, walker: Walker): unknown {
  if (!isPlainObject(value)) return value
  if (!Object.keys(value).some((key) => QUANTIFIERS.has(key)))
    return walkFilter(target, value, walker)
  return mapInput(value, (_, inner) => walkFilter(target, inner, walker))
}

/** `value`, `{ op: value }` or `{ op: [values] }`. */
function walkCondition(shape: Pick<Field, 'type'>, value: unknown, leaf: Leaf): unknown {
  if (!isPlainObject(value)) return leaf(shape, value, true)
  const whole = shape.type === 'json' ? leaf(shape, value, true) : value
  if (!isPlainObject(whole)) return whole
  return mapInput(whole, (key, operand) => {
    if (shape.type === 'json') return key === 'path' ? operand : leaf(shape, operand)
    return Array.isArray(operand)
      ? operand.map((item: unknown) => leaf(shape, item))
      : leaf(shape, operand)
  })
}

function walkInclude(entity: Entity, include: unknown, walker: Walker): unknown {
  if (!isPlainObject(include)) return include
  return mapInput(include, (key, value) => {
    const target = targetOf(entity, key, walker)
    if (target === undefined || !isPlainObject(value)) return value
    return mapInput(value, (option, inner) => walkOption(target, option, inner, walker))
  })
}

const FUNCTIONS: ReadonlySet<string> = new Set(['sum', 'avg', 'min', 'max'])

/** `{ sum: { field: condition }, <group field>: condition }`. */
function walkHaving(entity: Entity, having: unknown, walker: Walker): unknown {
  if (!isPlainObject(having)) return having
  return mapInput(having, (key, value) => {
    const field = entity.fields.get(key)
    // A group may be by a field called `sum`; then the keys are operators.
    const isFunction = FUNCTIONS.has(key) && isPlainObject(value)
    if (isFunction && Object.keys(value).every((name) => entity.fields.has(name))) {
      return mapInput(value, (name, inner) =>
        walkCondition({ type: resultType(entity, key, name) }, inner, walker.leaf),
      )
    }
    return field === undefined ? value : walkCondition(field, value, walker.leaf)
  })
}

/** A sum of integers may be beyond what one of them can be. */
function resultType(entity: Entity, name: string, field: string): FieldType {
  const { type } = aggregateType(entity, { function: name as 'sum', field, as: field })
  return name === 'sum' && type === 'integer' ? 'bigint' : type
}

/** An input that the operation declares: a field, or a value of a type of its own. */
function walkDeclared(
  entity: Entity,
  operation: OperationSpec,
  key: string,
  value: unknown,
  leaf: Leaf,
): unknown {
  const declared = operation.input.find((input) => input.name === key)
  const field = entity.fields.get(declared?.field ?? '')
  if (field !== undefined) return leaf(field, value)
  const type = declared?.type
  return type === undefined || type === 'list' || type === 'object' ? value : leaf({ type }, value)
}

/** JSON's null as a condition of its own. */
export function isJsonNull(value: unknown): boolean {
  return isPlainObject(value) && Object.keys(value).join() === '$json' && value['$json'] === null
}

function targetOf(entity: Entity, relation: string, { model }: Walker): Entity | undefined {
  return model.entities.get(entity.relations.get(relation)?.target ?? '')
}

/** The same keys, whatever they are called. */
function mapInput(input: Input, map: (key: string, value: unknown) => unknown): Input {
  const mapped: Record<string, unknown> = {}
  for (const key of Object.keys(input)) putOwn(mapped, key, map(key, input[key]))
  return mapped
}

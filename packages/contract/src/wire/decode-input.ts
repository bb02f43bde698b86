// JSON has no bigint and no bytes: values of fields arrive in wire form, and are read here wherever an
// input may hold one. What is not of its wire form stays as it is, for the client to refuse by name.
import type { Entity, Field, Model, OperationSpec } from '@proj/dbal-schema'
import { decodeWire } from './decode-wire.ts'

type Input = Readonly<Record<string, unknown>>
type Decode = (entity: Entity, value: unknown, model: Model) => unknown

/** The flat input of an operation, as the client takes it. */
export function decodeInput(
  model: Model,
  entity: Entity,
  operation: OperationSpec,
  input: Input,
): Input {
  switch (operation.builtIn) {
    case 'create':
    case 'update':
      return mapInput(input, (key, value) => decodeEntry(entity, key, value, model))
    case undefined:
      return mapInput(input, (key, value) => decodeDeclared(entity, operation, key, value))
    default:
      return mapInput(input, (key, value) => decodeOption(entity, key, value, model))
  }
}

const OPTIONS: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['filter', decodeFilter],
  ['data', decodeData],
  ['create', decodeData],
  ['update', decodeData],
  ['where', decodeData],
  ['items', decodeData],
  ['include', decodeInclude],
])

function decodeOption(entity: Entity, key: string, value: unknown, model: Model): unknown {
  const field = entity.fields.get(key)
  const decode = OPTIONS.get(key)
  // A field may be called `filter`: only an option is an object or a list.
  if (decode !== undefined && typeof value === 'object') return decode(entity, value, model)
  return field === undefined ? value : decodeWire(field, value)
}

/** A record to write, or several. */
function decodeData(entity: Entity, value: unknown, model: Model): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => decodeData(entity, item, model))
  if (!isRecord(value)) return value
  return mapInput(value, (key, inner) => decodeEntry(entity, key, inner, model))
}

function decodeEntry(entity: Entity, key: string, value: unknown, model: Model): unknown {
  const field = entity.fields.get(key)
  if (field !== undefined) {
    return isRecord(value) && field.type !== 'json'
      ? mapInput(value, (_, inner) => decodeWire(field, inner))
      : decodeWire(field, value)
  }
  const target = model.entities.get(entity.relations.get(key)?.target ?? '')
  if (target === undefined || !isRecord(value)) return value
  return mapInput(value, (verb, inner) =>
    verb === 'connectOrCreate' && isRecord(inner)
      ? mapInput(inner, (_, part) => decodeData(target, part, model))
      : decodeData(target, inner, model),
  )
}

function decodeFilter(entity: Entity, filter: unknown, model: Model): unknown {
  if (Array.isArray(filter)) return filter.map((term: unknown) => decodeFilter(entity, term, model))
  if (!isRecord(filter)) return filter
  return mapInput(filter, (key, value) => {
    const field = entity.fields.get(key)
    if (field !== undefined) return decodeCondition(field, value)
    const target = model.entities.get(entity.relations.get(key)?.target ?? '')
    if (target === undefined) return decodeFilter(entity, value, model)
    return isRecord(value)
      ? mapInput(value, (_, inner) => decodeFilter(target, inner, model))
      : value
  })
}

/** `value`, `{ op: value }` or `{ op: [values] }`. */
function decodeCondition(field: Field, value: unknown): unknown {
  if (!isRecord(value) || field.type === 'json') return decodeWire(field, value)
  return mapInput(value, (_, operand) =>
    Array.isArray(operand)
      ? operand.map((item: unknown) => decodeWire(field, item))
      : decodeWire(field, operand),
  )
}

function decodeInclude(entity: Entity, include: unknown, model: Model): unknown {
  if (!isRecord(include)) return include
  return mapInput(include, (key, value) => {
    const target = model.entities.get(entity.relations.get(key)?.target ?? '')
    if (target === undefined || !isRecord(value)) return value
    return mapInput(value, (option, inner) => decodeOption(target, option, inner, model))
  })
}

/** An input that the operation declares: a field, or a value of a type of its own. */
function decodeDeclared(
  entity: Entity,
  operation: OperationSpec,
  key: string,
  value: unknown,
): unknown {
  const declared = operation.input.find((input) => input.name === key)
  const field = entity.fields.get(declared?.field ?? '')
  if (field !== undefined) return decodeWire(field, value)
  const type = declared?.type
  return type === undefined || type === 'list' || type === 'object'
    ? value
    : decodeWire({ type }, value)
}

/** The same keys, whatever they are called. */
function mapInput(input: Input, map: (key: string, value: unknown) => unknown): Input {
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, map(key, value)]))
}

function isRecord(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

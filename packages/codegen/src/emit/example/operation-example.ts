// An example call of an operation: what is required and little else.
import { isRequiredOnCreate } from '@proj/dbal-contract'
import type { Entity, Field, InputSpec, OperationSpec } from '@proj/dbal-schema'
import { isExposed } from '../wire-schema/exposed-fields.ts'
import { exampleEntries, exampleList, exampleObject, type Entries } from './compose.ts'
import { exampleValue, plain, type Example } from './example-value.ts'

/** The flat input, by name; undefined where some value could not be made up. */
export function exampleInput(entity: Entity, operation: OperationSpec): Entries | undefined {
  switch (operation.builtIn) {
    case 'create':
      return createData(entity, operation)
    case 'create_many':
      return wrap(createData(entity), (data) => [['items', exampleList([exampleObject(data)])]])
    case 'read':
    case 'delete':
      return primaryKey(entity)
    case 'update':
      return wrap(primaryKey(entity), (key) => [...key, ...updateData(entity)])
    case 'update_many':
      return [...filter(entity), ['data', exampleObject(updateData(entity))]]
    case 'delete_many':
      return filter(entity)
    case 'upsert':
      return upsertInput(entity)
    case 'list': {
      const limit = ['limit', plain(Math.min(10, operation.maxLimit))] as const
      return wrap(asked(entity, operation), (own) => [...own, limit])
    }
    case 'search':
      return withOwn(entity, operation, [['query', plain('example')]])
    case 'count':
      return asked(entity, operation)
    case 'aggregate':
      return withOwn(entity, operation, [['count', plain(true)]])
    case 'reorder':
      return wrap(reorderItem(entity), (item) => [['items', exampleList([exampleObject(item)])]])
    default:
      return ownInput(entity, operation)
  }
}

/** As the client's method takes it, after the accessor: `create({ … })`, `update('…', { … })`. */
export function exampleCall(entity: Entity, operation: OperationSpec): string | undefined {
  const input = exampleInput(entity, operation)
  if (input === undefined) return undefined
  const { method, builtIn } = operation
  const part = (name: string): string => input.find(([key]) => key === name)?.[1].code ?? '{}'
  const whole = input.length === 0 ? '' : exampleObject(input).code
  const [only] = input
  switch (builtIn) {
    case 'create_many':
      return `${method}(${part('items')})`
    case 'update_many':
      return `${method}(${part('filter')}, ${part('data')})`
    case 'delete_many':
      return `${method}(${part('filter')})`
    case 'update': {
      const isKey = ([name]: Entries[number]): boolean => entity.primaryKey.includes(name)
      const data = exampleObject(input.filter((entry) => !isKey(entry)))
      return `${method}(${bare(input.filter(isKey))}, ${data.code})`
    }
    case 'read':
    case 'delete':
      return `${method}(${bare(input)})`
    case 'create':
    case 'upsert':
    case 'list':
    case 'search':
    case 'count':
    case 'aggregate':
      return `${method}(${whole})`
    default:
      return `${method}(${input.length === 1 && only !== undefined ? only[1].code : whole})`
  }
}

function bare(key: Entries): string {
  const [first] = key
  return key.length === 1 && first !== undefined ? first[1].code : exampleObject(key).code
}

function wrap(part: Entries | undefined, make: (part: Entries) => Entries): Entries | undefined {
  return part === undefined ? undefined : make(part)
}

function fieldEntries(entity: Entity, names: Iterable<string>): Entries | undefined {
  return exampleEntries(
    [...names].flatMap((name) => {
      const field = entity.fields.get(name)
      return field === undefined ? [] : [[name, exampleValue(field)] as const]
    }),
  )
}

function primaryKey(entity: Entity): Entries | undefined {
  return fieldEntries(entity, entity.primaryKey)
}

function createData(entity: Entity, operation?: OperationSpec): Entries | undefined {
  const declared =
    operation?.input.filter(({ required }) => required).map(({ field }) => field) ?? []
  const required = [...entity.fields.values()]
    .filter((field) => isRequiredOnCreate(field) || declared.includes(field.name))
    .filter((field) => operation?.systemOnly === true || !(field.generated || field.autoUpdate))
  return fieldEntries(
    entity,
    required.map(({ name }) => name),
  )
}

/** The first field that a caller may change, with some value. */
function updateData(entity: Entity): Entries {
  for (const field of entity.fields.values()) {
    const value = isChangeable(field, entity) ? exampleValue(field) : undefined
    if (value !== undefined) return [[field.name, value]]
  }
  return []
}

function isChangeable(field: Field, entity: Entity): boolean {
  const fixed = field.generated || field.autoUpdate || field.immutable
  const key = entity.primaryKey.includes(field.name) || field.foreignKey !== undefined
  return !fixed && !key && !field.unique && entity.optimisticLock !== field.name
}

function filter(entity: Entity): Entries {
  for (const field of entity.fields.values()) {
    const plainType = field.type !== 'json' && field.type !== 'bytes'
    const use = !field.primary && plainType && isExposed(entity, field.name)
    const value = use ? exampleValue(field) : undefined
    if (value !== undefined) return [['filter', exampleObject([[field.name, value]])]]
  }
  return [['filter', exampleObject([])]]
}

/** What the spec requires of the caller, else a filter to show one. */
function asked(entity: Entity, operation: OperationSpec): Entries | undefined {
  const own = ownInput(entity, operation)
  return own !== undefined && own.length === 0 ? filter(entity) : own
}

function withOwn(entity: Entity, operation: OperationSpec, more: Entries): Entries | undefined {
  const names = more.map(([name]) => name)
  return wrap(ownInput(entity, operation), (own) => [
    ...own.filter(([name]) => !names.includes(name)),
    ...more,
  ])
}

function upsertInput(entity: Entity): Entries | undefined {
  const where = entity.uniques.find((key) => key.every((name) => isExposed(entity, name)))
  return exampleEntries([
    ['where', objectOf(fieldEntries(entity, where ?? []))],
    ['create', objectOf(createData(entity))],
    ['update', exampleObject(updateData(entity))],
  ])
}

function objectOf(entries: Entries | undefined): Example | undefined {
  return entries === undefined ? undefined : exampleObject(entries)
}

function reorderItem(entity: Entity): Entries | undefined {
  return fieldEntries(entity, [...entity.primaryKey, entity.tree?.orderField ?? ''])
}

function ownInput(entity: Entity, operation: OperationSpec): Entries | undefined {
  const needed = operation.input.filter(({ required }) => required)
  const inputs = exampleEntries(needed.map((input) => [input.name, inputExample(entity, input)]))
  const by = operation.byField
  if (by === undefined || needed.some(({ name }) => name === by)) return inputs
  return wrap(fieldEntries(entity, [by]), (key) => [...key, ...(inputs ?? [])])
}

function inputExample(entity: Entity, input: InputSpec): Example | undefined {
  const field = input.field === undefined ? undefined : entity.fields.get(input.field)
  if (field !== undefined) return exampleValue(field)
  if (input.type === 'list') return exampleList([])
  if (input.type === 'object') return exampleObject([])
  return exampleValue({ name: input.name, type: input.type })
}

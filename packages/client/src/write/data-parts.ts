// Which parts of an operation's input are data to write, and whether as a new row or over an old one.
import { isPlainObject } from '@proj/dbal-contract'
import type { OperationSpec } from '@proj/dbal-schema'
import { LIMITS } from '../query/limits.ts'

export type Data = Readonly<Record<string, unknown>>
export type WriteAction = 'create' | 'update'

/**
 * The input with each part of data replaced by what `map` gives for it; what is no object is passed
 * over. The caller's objects are left as they are.
 */
export function mapData(
  { builtIn }: OperationSpec,
  input: Data,
  map: (data: Data, action: WriteAction) => Data,
): Data {
  const change = (data: unknown, action: WriteAction): unknown =>
    isPlainObject(data) ? map(data, action) : data
  switch (builtIn) {
    case 'create':
    case 'update':
      return map(input, builtIn)
    case 'create_many': {
      const { items } = input
      // More than may be written are not looked at: validation refuses them by their number.
      if (!Array.isArray(items) || items.length > LIMITS.bulkRows) return input
      return { ...input, items: items.map((item: unknown) => change(item, 'create')) }
    }
    case 'update_many':
      return { ...input, data: change(input['data'], 'update') }
    case 'upsert':
      return {
        ...input,
        create: change(input['create'], 'create'),
        update: change(input['update'], 'update'),
      }
    default:
      return input
  }
}

/** The operations whose input has such parts. */
const WRITING: ReadonlySet<string | undefined> = new Set([
  'create',
  'update',
  'create_many',
  'update_many',
  'upsert',
])

export function hasData({ builtIn }: OperationSpec): boolean {
  return WRITING.has(builtIn)
}

/** Calls `visit` with each part of data; never for an operation that writes nothing the caller sends. */
function eachPart(
  { builtIn }: OperationSpec,
  input: Data,
  visit: (data: Data, action: WriteAction) => void,
): void {
  const look = (data: unknown, action: WriteAction): void => {
    if (isPlainObject(data)) visit(data, action)
  }
  switch (builtIn) {
    case 'create':
    case 'update':
      visit(input, builtIn)
      break
    case 'create_many': {
      const { items } = input
      // More than may be written are not looked at: validation refuses them by their number.
      if (!Array.isArray(items) || items.length > LIMITS.bulkRows) return
      for (const item of items as readonly unknown[]) look(item, 'create')
      break
    }
    case 'update_many':
      look(input['data'], 'update')
      break
    case 'upsert':
      look(input['create'], 'create')
      look(input['update'], 'update')
      break
    default:
  }
}

/** The parts themselves. */
export function dataParts(
  operation: OperationSpec,
  input: Data,
): readonly (readonly [action: WriteAction, data: Data])[] {
  const parts: (readonly [WriteAction, Data])[] = []
  eachPart(operation, input, (data, action) => void parts.push([action, data]))
  return parts
}

const NO_NAMES: readonly string[] = []

function namesOf(data: unknown): readonly string[] {
  return isPlainObject(data) ? Object.keys(data) : NO_NAMES
}

/** The names in all parts of data, as they were sent, each once. */
export function dataNames(
  operation: OperationSpec,
  input: Data,
): Readonly<Record<WriteAction, readonly string[]>> {
  const { builtIn } = operation
  if (builtIn === 'create') return { create: Object.keys(input), update: NO_NAMES }
  if (builtIn === 'update') return { create: NO_NAMES, update: Object.keys(input) }
  if (builtIn === 'upsert')
    return { create: namesOf(input['create']), update: namesOf(input['update']) }
  const names = { create: new Set<string>(), update: new Set<string>() }
  let known: readonly string[] = []
  eachPart(operation, input, (data, action) => {
    // Rows of one call mostly have the names of the row before.
    if (action === 'create' && hasNames(data, known)) return
    const own = Object.keys(data)
    for (const name of own) names[action].add(name)
    if (action === 'create') known = own
  })
  return { create: [...names.create], update: [...names.update] }
}

/** Known to compilers of JavaScript, who need not look in a loop over the names; `Object.hasOwn` is not. */
const { hasOwnProperty } = Object.prototype

/** In that order, without a list of its own; what is inherited is another name. */
export function hasNames(data: Data, names: readonly string[]): boolean {
  let at = 0
  for (const name in data) {
    if (names[at] !== name || !hasOwnProperty.call(data, name)) return false
    at += 1
  }
  return at === names.length
}

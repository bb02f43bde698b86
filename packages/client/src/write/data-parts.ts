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

/** The parts themselves; none for an operation that writes nothing the caller sends. */
export function dataParts(
  operation: OperationSpec,
  input: Data,
): readonly (readonly [action: WriteAction, data: Data])[] {
  const parts: (readonly [WriteAction, Data])[] = []
  mapData(operation, input, (data, action) => {
    parts.push([action, data])
    return data
  })
  return parts
}

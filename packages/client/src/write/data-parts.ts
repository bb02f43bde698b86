// Which parts of an operation's input are data to write, and whether as a new row or over an old one.
import { isPlainObject } from '@proj/dbal-contract'
import type { OperationSpec } from '@proj/dbal-schema'

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
      if (!Array.isArray(items)) return input
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

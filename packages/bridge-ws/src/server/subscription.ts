// Events of a live query, as JSON: their rows by the Model, the rest as it is.
import {
  decodeInput,
  decodeMisfits,
  encodeRow,
  invalid,
  isPlainObject,
  type StopSignal,
} from '@proj/dbal-contract'
import type { JsonValue, Model } from '@proj/dbal-schema'
import type { Caller } from './caller.ts'

export async function* eventsOf(
  { service, scope }: Caller,
  params: Readonly<Record<string, unknown>>,
  signal: StopSignal,
): AsyncGenerator<JsonValue> {
  const { model } = service.host
  const { entity: name, input = {}, misfits } = params
  const entity = typeof name === 'string' ? model.entities.get(name) : undefined
  const list = entity?.operations.get('list')
  const given = misfits === true ? decodeMisfits(input) : input
  if (!isPlainObject(given)) throw invalid([{ field: 'input', error: 'must be an object' }])
  const options =
    entity === undefined || list === undefined ? given : decodeInput(model, entity, list, given)
  for await (const event of scope.subscribe(String(name), options, { signal }))
    yield encodeEvent(model, String(name), event)
}

function encodeEvent(model: Model, entity: string, event: unknown): JsonValue {
  const encode = (row: unknown): JsonValue => encodeRow(model, entity, row as never)
  const { row, rows, key, ...rest } = event as Readonly<Record<string, unknown>>
  return {
    ...rest,
    ...(rows === undefined ? {} : { rows: (rows as readonly unknown[]).map(encode) }),
    ...(row === undefined ? {} : { row: encode(row) }),
    ...(key === undefined ? {} : { key: encode(key) }),
  }
}

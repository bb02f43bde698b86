// What `subscribe` is asked: the options of `list` that make sense of an answer that lives on.
import {
  decodeInput,
  decodeMisfits,
  encodeInput,
  invalid,
  isPlainObject,
  type FieldError,
} from '@proj/dbal-contract'
import type { Entity, JsonValue, Model, OperationSpec } from '@proj/dbal-schema'

type Input = Readonly<Record<string, unknown>>

export interface SubscribeInput {
  /** Equal for equal queries. */
  readonly text: string
  /** The input of `list`, which nobody shares. */
  readonly list: () => Input
  readonly lastEventId: string | undefined
}

const QUERY: ReadonlySet<string> = new Set(['filter', 'sort', 'select', 'include', 'limit'])

/** Throws VALIDATION_ERROR for options it does not have; `list` judges the others. */
export function readSubscribeInput(
  model: Model,
  entity: Entity,
  operation: OperationSpec,
  given: unknown = {},
): SubscribeInput {
  if (!isPlainObject(given)) throw invalid([{ field: 'input', error: 'must be an object' }])
  const errors: FieldError[] = []
  const query: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given)) {
    if (QUERY.has(name)) query[name] = value
    else if (name !== 'lastEventId')
      errors.push({ field: name, error: 'is not an option of subscribe' })
  }
  const { lastEventId, select } = given
  if (lastEventId !== undefined && typeof lastEventId !== 'string')
    errors.push({ field: 'lastEventId', error: 'must be a text' })
  if (errors.length > 0) throw invalid(errors)
  // Rows are known by their key.
  if (Array.isArray(select))
    query['select'] = [...new Set([...(select as unknown[]), ...entity.primaryKey])]
  const { params, misfits } = encodeInput(model, entity, operation, query)
  const text = JSON.stringify(params)
  const read = (): Input => JSON.parse(text) as Readonly<Record<string, JsonValue>>
  return {
    text: `${String(misfits)}${text}`,
    list: () =>
      decodeInput(model, entity, operation, misfits ? (decodeMisfits(read()) as Input) : read()),
    lastEventId: lastEventId as string | undefined,
  }
}

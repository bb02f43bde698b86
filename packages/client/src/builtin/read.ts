import type { BuiltInHandler } from '../operation/operation-context.ts'
import { findRow, lookUpFields, namedFields } from './find-row.ts'
import { listArray } from './list.ts'

export const read: BuiltInHandler = (context, input) =>
  findRow(context, input, namedFields(context.entity, input, context.store.access), 'read')

/** `read_by_<field>`: a unique look-up under the `read` rules. */
export const readBy: BuiltInHandler = (context, input) =>
  findRow(context, input, lookUpFields(context, input), 'read')

/**
 * `get_by_<field>` and `list_by_<field>`: with output `X[]` a plain array, else a unique look-up; both
 * under the `list` rules.
 */
export const listBy: BuiltInHandler = (context, input) => {
  const { output } = context.operation
  return output.kind === 'entity' && output.many
    ? listArray(context, input)
    : findRow(context, input, lookUpFields(context, input), 'list')
}

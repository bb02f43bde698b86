// Operations without a built-in meaning that the client brings a handler for all the same; an app may
// replace it. The same look at the shape as the client's own.
import type { Entity, OperationSpec } from '@proj/dbal-schema'

export function hasStandardHandler(entity: Entity, operation: OperationSpec): boolean {
  return entity.security.sandboxRequired || isCredentialOperation(entity, operation)
}

/** `verify` and `set` of an entity that keeps a password's hash. */
function isCredentialOperation(entity: Entity, { name, input, output }: OperationSpec): boolean {
  const isKey = (field: string | undefined): boolean =>
    entity.uniques.some((key) => key.length === 1 && key[0] === field)
  return (
    (name === 'verify' || name === 'set') &&
    entity.security.neverExpose.some((field) => /hash/i.test(field)) &&
    input.some(({ field }) => isKey(field)) &&
    input.some((each) => each.name === 'password') &&
    output.kind === 'scalar' &&
    output.type === 'boolean'
  )
}

import type { BuiltIn, OperationSpec } from '@proj/dbal-schema'

export interface OperationError {
  readonly code: string
  /** The operation's own sentence, which goes to `details.reason`. */
  readonly reason?: string
}

const FINDS: ReadonlySet<BuiltIn> = new Set([
  'read',
  'read_by',
  'update',
  'delete',
  'get_tree',
  'move',
])
const WRITES: ReadonlySet<BuiltIn> = new Set([
  'create',
  'create_many',
  'update',
  'update_many',
  'upsert',
  'delete',
  'delete_many',
  'reorder',
  'move',
])

/** What an operation can answer beside what any call can (TIMEOUT, UNAVAILABLE, …): its own errors first. */
export function operationErrors(operation: OperationSpec): readonly OperationError[] {
  const { builtIn, output, errors, rateLimit } = operation
  const found = new Map<string, OperationError>()
  for (const { code, message } of errors) {
    if (!found.has(code)) found.set(code, message === '' ? { code } : { code, reason: message })
  }
  const finds = builtIn !== undefined && FINDS.has(builtIn)
  const one = builtIn === 'get_by' && output.kind === 'entity' && !output.many
  const implied = [
    'VALIDATION_ERROR',
    ...(finds || one ? ['NOT_FOUND'] : []),
    ...(builtIn !== undefined && WRITES.has(builtIn) ? ['CONFLICT'] : []),
    ...(operation.public ? [] : ['UNAUTHORIZED', 'FORBIDDEN']),
    ...(rateLimit === undefined ? [] : ['RATE_LIMIT_EXCEEDED']),
  ]
  for (const code of implied) if (!found.has(code)) found.set(code, { code })
  return [...found.values()]
}

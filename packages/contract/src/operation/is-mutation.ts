import type { BuiltIn, OperationSpec } from '@proj/dbal-schema'

const READS: ReadonlySet<BuiltIn> = new Set<BuiltIn>([
  'read',
  'list',
  'search',
  'count',
  'aggregate',
  'read_by',
  'get_by',
  'list_by',
  'get_tree',
])

/** Whether it may change anything. Of a handler nobody knows, so it may. */
export function isMutation({ builtIn }: OperationSpec): boolean {
  return builtIn === undefined || !READS.has(builtIn)
}

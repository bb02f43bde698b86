import type { SortTerm } from '@proj/dbal-contract'
import type { CompileContext, Scope } from './compile-context.ts'
import { compileOperand } from './compile-operand.ts'
import { join, type Sql } from './sql.ts'

export interface SortKey {
  readonly sql: Sql
  readonly direction: 'asc' | 'desc'
  /** Undefined where the engine puts them there by itself, or there are none: an index can serve. */
  readonly nulls: 'first' | 'last' | undefined
}

export function compileSort(
  context: CompileContext,
  scope: Scope,
  sort: readonly SortTerm[],
): readonly SortKey[] {
  const { nullsByDefault } = context.dialect
  return sort.map(({ operand, direction, nulls }) => {
    const compiled = compileOperand(context, scope, operand)
    const isDefault = !compiled.nullable || nullsByDefault[direction] === nulls
    return {
      sql: compiled.sql(compiled.shape, 'order'),
      direction,
      nulls: isDefault ? undefined : nulls,
    }
  })
}

export function orderBy({ dialect }: CompileContext, keys: readonly SortKey[]): Sql {
  const terms = keys.map(({ sql, direction, nulls }) => dialect.orderTerm(sql, direction, nulls))
  return terms.length === 0 ? { parts: [] } : { parts: [' ORDER BY ', ...join(terms, ', ').parts] }
}

// The columns of a SELECT or RETURNING and how their cells become a row.
import type { QueryPredicate } from '@proj/dbal-schema'
import type { ValueShape } from '../dialect/dialect.ts'
import type { RowColumn } from '../plan/read-row.ts'
import { decodeValue } from '../value/decode-value.ts'
import type { CompileContext, Scope } from './compile-context.ts'
import { isNothing, join, sql, text, type Sql } from './sql.ts'

export class SelectList {
  readonly items: Sql[] = []
  readonly columns: RowColumn[] = []
  bigints = false
  readonly #context: CompileContext
  readonly #scope: Scope
  readonly #cells = new Map<string, number>()

  constructor(context: CompileContext, scope: Scope) {
    this.#context = context
    this.#scope = scope
  }

  /** A field of the answer, left out of rows for which `mask` does not hold. */
  addField(name: string, mask?: QueryPredicate): void {
    this.columns.push(this.link(name, mask))
  }

  /** A field that is fetched without being answered. */
  link(name: string, mask?: QueryPredicate): RowColumn {
    const { sql: value, shape, nullable } = this.#scope.column(name)
    const cell = this.add(this.#context.dialect.selected(shape, value), shape)
    const column = { key: name, cell, type: shape.type, decode: decodeValue(shape), nullable }
    if (mask === undefined) return column
    const condition = this.#context.predicate(this.#scope, mask)
    if (isNothing(condition)) return column
    const flag = sql`CASE WHEN ${condition} THEN 1 ELSE 0 END`
    return { ...column, maskCell: this.add(flag) }
  }

  /** The same text twice is one column. */
  add(item: Sql, shape?: ValueShape): number {
    if (shape?.type === 'bigint') this.bigints = true
    const isText = item.parts.every((part) => typeof part === 'string')
    const key = isText ? item.parts.join('') : undefined
    const known = key === undefined ? undefined : this.#cells.get(key)
    if (known !== undefined) return known
    const cell = this.items.push(item) - 1
    if (key !== undefined) this.#cells.set(key, cell)
    return cell
  }

  /**
   * The list as text. What is computed gets a short name, since drivers choke on one as long as its
   * text; all columns do where the driver answers rows by name.
   */
  answer(): Sql {
    const { namesColumns, quote } = this.#context.dialect
    const items = this.items.map((item, at) =>
      namesColumns === true || !isColumn(item) ? sql`${item} AS ${text(quote(`c${at}`))}` : item,
    )
    return join(items, ', ')
  }
}

function isColumn({ parts }: Sql): boolean {
  return parts.every((part) => typeof part === 'string' && !part.includes('('))
}

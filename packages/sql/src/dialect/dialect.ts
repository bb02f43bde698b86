// Where engines differ. A dialect spells things and says what is legal; it decides no meaning: that is
// done once, in compile/.
import type { Decimal, Dialect, PatternStep, Value } from '@proj/dbal-contract'
import type { Field, FieldType, MatchOp } from '@proj/dbal-schema'
import type { Encode, Sql } from '../compile/sql.ts'
import type { Bind } from '../driver/driver.ts'

/** What there is to know of a value; a Field is one. */
export interface ValueShape {
  readonly type: FieldType
  readonly values?: readonly string[]
  readonly precision?: number
  readonly scale?: number
}

/** A cell that is not NULL; throws DATA_CORRUPT for one that is no value of its type. */
export type Decode = (cell: unknown) => Value

export type JsonLeaf = 'string' | 'number' | 'boolean'
export type JsonPath = readonly (string | number)[]
export type Nulls = 'first' | 'last'

/** Digits that a bound decimal may have before the point and after it. */
export interface DecimalRoom {
  readonly whole: number
  readonly scale: number
}

/** One column of a sum: what an integer or decimal in it counts for. */
export interface SumPart {
  readonly sql: Sql
  readonly weight: Decimal
}

/** Many rows as one list a column, for engines that read them faster than rows of parameters. */
export interface ColumnLists {
  /** A query of the rows whose columns are the lists in the holes. */
  rows(shapes: readonly ValueShape[], holes: readonly string[]): string
  /** An element; elements stand with commas between them. */
  item(bind: Bind): string
  list(items: string): Bind
}

export interface SqlDialect {
  readonly name: Dialect

  // What is legal
  /** NOT IN a subquery takes an earlier answer for a NULL on its left. */
  readonly remembersNullIn?: boolean
  /** UPDATE and DELETE answer rows. */
  readonly returning: boolean
  /** WITH takes an UPDATE that answers rows and an INSERT, both of one table. */
  readonly changesInWith: boolean
  readonly rowLocks: boolean
  readonly foreignKeys: boolean
  /** Cascades run while a DELETE goes on, so that it may miss rows which it would have matched. */
  readonly cascadesAtOnce: boolean
  readonly savepoints: boolean
  readonly transactionalDdl: boolean
  /** A transaction goes on after a statement in it has failed. */
  readonly survivesErrors: boolean
  readonly partialIndexes: boolean
  readonly expressionIndexes: boolean
  /** Kinds of index that may be asked for; elsewhere there is one kind only. */
  readonly indexKinds: ReadonlySet<string>
  /** A subquery of an UPDATE or DELETE may read the table that it changes. */
  readonly readsOwnTarget: boolean
  /** The assignments of an UPDATE all see the row as it was. */
  readonly simultaneousSet: boolean
  /** Foreign keys stand in CREATE TABLE, whatever exists by then; else they are added afterwards. */
  readonly inlineForeignKeys: boolean
  readonly setDefaultAction: boolean
  /** A row of an INSERT may not refer to a later one. */
  readonly checksByRow: boolean
  /** Each cascade is a statement of its own, after which RESTRICT and NO ACTION look at what it has left. */
  readonly checksByCascade: boolean
  /** At repeatable_read a foreign key does nothing to a row that the transaction does not see: it fails instead. */
  readonly keysKeepToState: boolean
  /** RESTRICT looks at each row as it goes, NO ACTION once the statement is through. */
  readonly restrictsEarly: boolean
  /** Of two broken unique indexes, the one that was created later is told of. */
  readonly tellsLastIndex: boolean
  readonly maxParams: number
  /** Rows of one INSERT at most: a power of two. */
  readonly rowsPerInsert: number
  readonly columnLists?: ColumnLists
  /** Where NULLs stand when nothing is said. */
  readonly nullsByDefault: { readonly asc: Nulls; readonly desc: Nulls }
  /** Each column of an answer is given a name: the driver answers rows by name. */
  readonly namesColumns?: boolean

  // Words
  /** A query with a row where the table of that name (a literal) exists. */
  tableExists(literal: string): string
  /** The type of unbounded text. */
  readonly longText: string
  quote(identifier: string): string
  /** `position` counts from 1. */
  placeholder(position: number): string
  literal(bind: Bind): string

  // Values
  encode(shape: ValueShape): Encode
  /** A parameter or literal of the shape, cast where the engine would guess wrong. */
  cast(shape: ValueShape, hole: Sql): Sql
  /** What `cast` makes of a decimal cannot hold more; absent where it holds them all. */
  decimalRoom?(shape: ValueShape): DecimalRoom
  /** A column of integers, bigints or decimals as the nearest doubles, to compare floats with. */
  asFloat(shape: ValueShape, column: Sql): Sql
  /** Throws CAPABILITY_NOT_SUPPORTED for two columns of exact numbers that no type can hold together. */
  checkTogether?(left: ValueShape, right: ValueShape): void
  /** A column in a select list, in a form that decodes without loss. */
  selected(shape: ValueShape, column: Sql): Sql
  /** Throws CAPABILITY_NOT_SUPPORTED for a field that the engine cannot store exactly. */
  columnType(field: Field, inKey: boolean): string
  /** A literal after DEFAULT. */
  defaultValue(literal: string): string
  /** A column of an index that need not tell apart what begins alike. */
  indexedColumn(field: Field, column: string): string
  /** A condition that the column's type does not enforce by itself. */
  columnCheck(field: Field, column: string): string | undefined
  /**
   * Where a stored form does not sort as its values do: forms that do, of a column (of any exact number)
   * and of a bind.
   */
  readonly orderKey?: {
    needs(type: FieldType): boolean
    column(shape: ValueShape, column: Sql): Sql
    readonly encode: Encode
    /** The stored form of a key. */
    decode(key: unknown): unknown
  }

  // Predicates
  isDistinct(left: Sql, right: Sql): Sql
  /** By code point; `right` may be empty. */
  match(op: Exclude<MatchOp, 'like'>, left: Sql, right: Sql): Sql
  /** `pattern` was made by `encodePattern`. */
  like(left: Sql, pattern: Sql): Sql
  /** From tokens: `any` for `%`, `one` for `_`, or a literal code point. */
  encodePattern(pattern: readonly PatternStep[]): string
  /** Folds A–Z to a–z and nothing else. */
  lowerAscii(value: Sql): Sql
  /** A query whose rows are the elements of a JSON list; undefined for types without a JSON form. */
  jsonRows(shape: ValueShape, list: Sql): Sql | undefined
  /** Levels of lists and objects that a stored JSON value may have; absent where as many as the client takes. */
  readonly jsonDepth?: number
  /** NULL where nothing is at the path, or a value of another kind. */
  jsonLeaf(column: Sql, path: JsonPath, leaf: JsonLeaf): Sql
  /** The value at the path as JSON, comparable with a json column. */
  jsonValue(column: Sql, path: JsonPath): Sql
  /** Whether the value at the path is JSON null; NULL where there is none. */
  jsonNull(column: Sql, path: JsonPath): Sql

  // Sorting and paging
  orderTerm(value: Sql, direction: 'asc' | 'desc', nulls: Nulls | undefined): Sql
  limit(limit: Sql | undefined, offset: Sql | undefined): Sql

  // Arithmetic
  /** `operand` gives the bound value, encoded as asked or as the field's own. NULL stays NULL. */
  add(field: Field, column: Sql, operand: (encode?: Encode) => Sql): Sql
  /** The column plus one millisecond. */
  nextMillisecond(field: Field, column: Sql): Sql
  /** The greater of two values that are not NULL. */
  greatest(left: Sql, right: Sql): Sql
  /** Columns that add up to the exact sum of an integer, bigint or decimal column. */
  sum(shape: ValueShape, column: Sql): readonly SumPart[]
}

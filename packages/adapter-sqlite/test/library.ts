// A workspace with a field of every type, and short ways to write queries over it.
import type {
  Adapter,
  Include,
  ParamOperand,
  Params,
  QueryOperand,
  QueryPredicate,
  QueryResult,
  ResultRow,
  SelectQuery,
  SortTerm,
  Store,
  Value,
} from '@proj/dbal-contract'
import {
  compileWorkspace,
  type CompareOp,
  type FieldType,
  type MatchOp,
  type Model,
} from '@proj/dbal-schema'

const TEXT = `
entity: Author
fields:
  id: { type: uuid, primary: true }
  name: { type: string, required: true }
  email: { type: email, unique: true, nullable: true }
  rank: { type: integer, nullable: true }
---
entity: Book
fields:
  id: { type: integer, primary: true }
  title: { type: string, required: true }
  author_id: { type: uuid, nullable: true, foreign_key: { entity: Author, field: id, inverse: books, on_delete: restrict } }
  editorId: { type: uuid, nullable: true, foreign_key: { entity: Author, field: id, name: editor, inverse: edited, on_delete: set_null } }
  genre: { type: enum, values: [novel, essay], nullable: true, default: novel }
  pages: { type: integer, nullable: true }
  sold: { type: bigint, nullable: true }
  weight: { type: float, nullable: true }
  price: { type: decimal, precision: 12, scale: 2, nullable: true }
  fee: { type: decimal, precision: 36, scale: 18, nullable: true }
  lent: { type: boolean, nullable: true }
  printedAt: { type: datetime, nullable: true }
  day: { type: date, nullable: true }
  hour: { type: time, nullable: true }
  meta: { type: json, nullable: true }
  cover: { type: bytes, nullable: true }
  blurb: { type: text, nullable: true }
  link: { type: url, nullable: true }
  code: { type: cuid, nullable: true }
  stamp: { type: bigint, nullable: true }
indexes:
  - { fields: [author_id, title], unique: true }
  - { fields: [genre], where: "lent = true" }
  - { fields: [code], unique: true, where: "lent = true" }
constraints:
  - { name: sold_some, check: "sold >= 0 OR sold IS NULL" }
---
entity: Copy
primary_key: [bookId, number]
fields:
  bookId: { type: integer, required: true, foreign_key: { entity: Book, field: id, inverse: copies, on_delete: cascade, on_update: cascade } }
  number: { type: integer, required: true }
  state: { type: string, default: "good" }
---
entity: Node
fields:
  id: { type: integer, primary: true }
  parentId: { type: integer, nullable: true, foreign_key: { entity: Node, field: id, name: parent, inverse: children, on_delete: cascade } }
  order: { type: integer, nullable: true }
`

export function compileModel(text: string): Model {
  const { model, diagnostics } = compileWorkspace([{ path: 'entities/library.yaml', text }])
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  return model
}

export const library = compileModel(TEXT)

export const TRUE: QueryPredicate = { kind: 'true' }

export function field(entity: string, name: string, ...path: string[]) {
  let of = library.entities.get(entity)
  for (const step of path) of = library.entities.get(of?.relations.get(step)?.target ?? '')
  return {
    kind: 'field',
    path,
    field: name,
    type: of?.fields.get(name)?.type ?? 'integer',
  } as const
}

export const book = (name: string, ...path: string[]) => field('Book', name, ...path)

export const literal = (value: string | number | boolean | null): QueryOperand => ({
  kind: 'literal',
  value,
})

export function param(index: number, type: FieldType): ParamOperand {
  return { kind: 'param', index, type }
}

export function list(index: number, type: FieldType): ParamOperand {
  return { kind: 'param', index, type, list: true }
}

export function compare(left: QueryOperand, op: CompareOp, right: QueryOperand): QueryPredicate {
  return { kind: 'compare', op, left, right }
}

export function match(
  op: MatchOp,
  left: QueryOperand,
  right: QueryOperand,
  insensitive = false,
): QueryPredicate {
  return { kind: 'match', op, insensitive, left, right }
}

export function sortBy(operand: QueryOperand, more: Partial<SortTerm> = {}): SortTerm {
  return { operand, direction: 'asc', nulls: 'last', ...more }
}

export function insert(
  store: Store,
  entity: string,
  ...rows: Record<string, Value>[]
): Promise<QueryResult> {
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const params = rows.flatMap((row) => fields.map((name) => row[name] ?? null))
  return store.run({ kind: 'insert', entity, fields }, params)
}

export function select(
  entity: string,
  fields: readonly string[],
  more: Partial<SelectQuery> = {},
): SelectQuery {
  const key = library.entities.get(entity)?.primaryKey ?? []
  const sort = key.map((name) => sortBy(field(entity, name)))
  return { kind: 'select', entity, fields, where: TRUE, sort, ...more }
}

export async function read(
  store: Store,
  entity: string,
  fields: readonly string[],
  more: Partial<SelectQuery> = {},
  params: Params = [],
): Promise<readonly ResultRow[]> {
  const { rows, count } = await store.run(select(entity, fields, more), params)
  if (count !== rows.length) throw new Error('the count is not the number of rows')
  return rows.map(plain)
}

/** Rows inherit nothing; expectations do. */
export function plain(row: ResultRow): ResultRow {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => {
      if (Array.isArray(value) && value.every(isRow)) return [key, value.map(plain)]
      return [key, isRow(value) ? plain(value) : value]
    }),
  )
}

function isRow(value: unknown): value is ResultRow {
  return typeof value === 'object' && value !== null && !('constructor' in value)
}

/** Ids of the books for which the predicate is true. */
export async function ids(
  store: Store,
  where: QueryPredicate,
  params: Params = [],
): Promise<Value[]> {
  const rows = await read(store, 'Book', ['id'], { where }, params)
  return rows.map((row) => row['id'] as Value)
}

export function update(
  store: Store,
  entity: string,
  where: QueryPredicate,
  values: Record<string, Value>,
  kind: 'set' | 'add' | 'advance' = 'set',
  returning?: readonly string[],
): Promise<QueryResult> {
  const set = Object.keys(values).map((name, index) => ({
    kind,
    field: name,
    value: param(index, field(entity, name).type),
  }))
  const query = { kind: 'update', entity, set, where } as const
  return store.run(returning === undefined ? query : { ...query, returning }, Object.values(values))
}

export function remove(
  store: Store,
  entity: string,
  where: QueryPredicate,
  returning?: readonly string[],
): Promise<QueryResult> {
  const query = { kind: 'delete', entity, where } as const
  return store.run(returning === undefined ? query : { ...query, returning }, [])
}

export function include(
  relation: string,
  query: SelectQuery,
  want: 'rows' | 'count' = 'rows',
): Include {
  return { relation, as: relation, query, want }
}

export const ADA = '018f0000-0000-7000-8000-00000000000a'
export const BOB = '018f0000-0000-7000-8000-00000000000b'

/** Two authors, and books that differ in every field or have none. */
export async function fill(adapter: Adapter): Promise<void> {
  await insert(
    adapter,
    'Author',
    { id: ADA, name: 'Ada', email: 'ada@example.com', rank: 2 },
    { id: BOB, name: 'Bob', email: null, rank: null },
  )
  await insert(
    adapter,
    'Book',
    {
      id: 1,
      title: 'a_b',
      authorId: ADA,
      editorId: BOB,
      pages: 10,
      price: '-0.50',
      lent: true,
      sold: 9007199254740993n,
    },
    {
      id: 2,
      title: 'A%B',
      authorId: ADA,
      editorId: null,
      pages: null,
      price: '2.00',
      lent: false,
      sold: 0n,
    },
    {
      id: 3,
      title: 'aXb',
      authorId: BOB,
      editorId: BOB,
      pages: 30,
      price: '10.25',
      lent: null,
      sold: null,
    },
    {
      id: 4,
      title: 'É\\',
      authorId: null,
      editorId: null,
      pages: 20,
      price: null,
      lent: true,
      sold: 5n,
    },
  )
}

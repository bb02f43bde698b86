// A workspace with every referential action, and short ways to write queries over it.
import type {
  Adapter,
  DBALError,
  Params,
  QueryResult,
  Row,
  SelectQuery,
  SortTerm,
  Store,
  Value,
} from '@proj/dbal-contract'
import {
  compileWorkspace,
  type CompareOp,
  type Model,
  type QueryOperand,
  type QueryPredicate,
} from '@proj/dbal-schema'
import { openMemory } from '../src/index.ts'

const TEXT = `
entity: Customer
fields:
  id: { type: integer, primary: true }
  name: { type: string, required: true }
  email: { type: email, unique: true, nullable: true }
  tier: { type: enum, values: [free, paid], default: free }
  parentId:
    { type: integer, nullable: true, foreign_key: { entity: Customer, field: id, name: parent, inverse: children, on_delete: cascade } }
---
entity: Order
fields:
  id: { type: integer, primary: true }
  customerId:
    { type: integer, required: true, foreign_key: { entity: Customer, field: id, inverse: orders, on_delete: cascade, on_update: cascade } }
  number: { type: integer, nullable: true }
  open: { type: boolean, default: true }
  total: { type: decimal, precision: 6, scale: 2, nullable: true }
  count: { type: integer, nullable: true }
  units: { type: bigint, nullable: true }
  weight: { type: float, nullable: true }
  placedAt: { type: datetime, nullable: true }
  meta: { type: json, nullable: true }
  blob: { type: bytes, nullable: true }
indexes:
  - { fields: [customerId, number], unique: true }
  - { fields: [count], unique: true, where: "open = true" }
constraints:
  - { name: positive, check: "weight > 0" }
---
entity: Note
fields:
  id: { type: integer, primary: true }
  orderId:
    { type: integer, nullable: true, foreign_key: { entity: Order, field: id, inverse: notes, on_delete: set_null, on_update: set_null } }
  email:
    { type: email, nullable: true, foreign_key: { entity: Customer, field: email, name: byEmail, inverse: mails, on_delete: restrict, on_update: cascade } }
  customerId:
    { type: integer, default: 0, foreign_key: { entity: Customer, field: id, name: about, inverse: notes, on_delete: set_default, on_update: restrict } }
---
entity: Seat
primary_key: [row, place]
fields:
  row: { type: string, required: true }
  place: { type: integer, required: true }
`

function compile(): Model {
  const { model, diagnostics } = compileWorkspace([{ path: 'entities/shop.yaml', text: TEXT }])
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  return model
}

const shop = compile()

export function openShop(): Adapter {
  return openMemory({ model: shop })
}

export function field(
  entity: string,
  name: string,
  ...path: string[]
): QueryOperand & { kind: 'field' } {
  let of = shop.entities.get(entity)
  for (const step of path) of = shop.entities.get(of?.relations.get(step)?.target ?? '')
  return { kind: 'field', path, field: name, type: of?.fields.get(name)?.type ?? 'integer' }
}

export const literal = (value: string | number | boolean | null): QueryOperand => ({
  kind: 'literal',
  value,
})
export const TRUE: QueryPredicate = { kind: 'true' }

export function compare(left: QueryOperand, op: CompareOp, right: QueryOperand): QueryPredicate {
  return { kind: 'compare', op, left, right }
}

/** `name = value` over a field of the entity. */
export function where(entity: string, name: string, value: string | number): QueryPredicate {
  return compare(field(entity, name), '=', literal(value))
}

export function sortBy(operand: QueryOperand, more: Partial<SortTerm> = {}): SortTerm {
  return { operand, direction: 'asc', nulls: 'last', ...more }
}

export function insert(store: Store, entity: string, ...rows: Row[]): Promise<QueryResult> {
  const fields = [...new Set(rows.flatMap(Object.keys))]
  const params = rows.flatMap((row) => fields.map((name) => row[name]))
  return store.run({ kind: 'insert', entity, fields }, params)
}

export async function read(
  store: Store,
  entity: string,
  fields: readonly string[],
  more: Partial<SelectQuery> = {},
  params: Params = [],
): Promise<readonly object[]> {
  const key = shop.entities.get(entity)?.primaryKey ?? []
  const sort = key.map((name) => sortBy(field(entity, name)))
  const query = { kind: 'select', entity, fields, where: TRUE, sort, ...more } as const
  const { rows, count } = await store.run(query, params)
  if (count !== rows.length) throw new Error('the count is not the number of rows')
  return rows.map((row) => ({ ...row }))
}

export function update(
  store: Store,
  entity: string,
  filter: QueryPredicate,
  values: Record<string, Value>,
  kind: 'set' | 'add' | 'advance' = 'set',
): Promise<QueryResult> {
  const set = Object.keys(values).map((name, index) => {
    const { type } = field(entity, name)
    return { kind, field: name, value: { kind: 'param', index, type } } as const
  })
  return store.run({ kind: 'update', entity, set, where: filter }, Object.values(values))
}

export function remove(store: Store, entity: string, filter: QueryPredicate): Promise<QueryResult> {
  return store.run({ kind: 'delete', entity, where: filter }, [])
}

/** The code of the error, with the fields it names. */
export async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    const { code, details } = error as DBALError
    const fields = details?.fields?.map((problem) => problem.field).join() ?? ''
    const reason = code === 'CONFLICT' ? ` ${String(details?.['conflict'])}` : ''
    return `${code}${reason}${fields === '' ? '' : ` ${fields}`}`
  }
  return 'no error'
}

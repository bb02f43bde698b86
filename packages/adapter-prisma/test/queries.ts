// Short forms for queries in tests.
import type {
  AggregateQuery,
  DeleteQuery,
  FieldOperand,
  InsertQuery,
  LiteralOperand,
  ParamOperand,
  Params,
  QueryOperand,
  QueryPredicate,
  Row,
  SelectQuery,
  SortTerm,
  Store,
  UpdateQuery,
  Value,
} from '@proj/dbal-contract'
import { getEntity, type CompareOp, type FieldType, type MatchOp } from '@proj/dbal-schema'
import { shop } from './shop.ts'

export const TRUE: QueryPredicate = { kind: 'true' }

/** `rank`, or `customer.rank` over a relation. */
export function field(entity: string, path: string): FieldOperand {
  const steps = path.split('.')
  const name = steps.pop() ?? ''
  let scope = getEntity(shop, entity)
  for (const step of steps) {
    const target = scope.relations.get(step)?.target
    if (target === undefined) throw new Error(`no relation ${step}`)
    scope = getEntity(shop, target)
  }
  const found = scope.fields.get(name)
  if (found === undefined) throw new Error(`no field ${name}`)
  return { kind: 'field', path: steps, field: name, type: found.type }
}

export function param(index: number, type: FieldType, list = false): ParamOperand {
  return list ? { kind: 'param', index, type, list } : { kind: 'param', index, type }
}

export function literal(value: LiteralOperand['value']): LiteralOperand {
  return { kind: 'literal', value }
}

/** A field compared with the parameter at `index`. */
export function compare(entity: string, path: string, op: CompareOp, index = 0): QueryPredicate {
  const left = field(entity, path)
  return { kind: 'compare', op, left, right: param(index, left.type) }
}

export function match(op: MatchOp, insensitive = false): QueryPredicate {
  const left = field('Customer', 'name')
  return { kind: 'match', op, insensitive, left, right: param(0, 'string') }
}

export function asc(operand: QueryOperand, nulls: 'first' | 'last' = 'last'): SortTerm {
  return { operand, direction: 'asc', nulls }
}

export function desc(operand: QueryOperand, nulls: 'first' | 'last' = 'last'): SortTerm {
  return { operand, direction: 'desc', nulls }
}

export function byKey(entity: string): SortTerm[] {
  return getEntity(shop, entity).primaryKey.map((name) => asc(field(entity, name)))
}

export function select(
  entity: string,
  fields: readonly string[],
  more: Partial<SelectQuery> = {},
): SelectQuery {
  return { kind: 'select', entity, fields, where: TRUE, sort: byKey(entity), ...more }
}

export function aggregate(entity: string, more: Partial<AggregateQuery>): AggregateQuery {
  return { kind: 'aggregate', entity, where: TRUE, groupBy: [], terms: [], sort: [], ...more }
}

export function update(
  entity: string,
  set: UpdateQuery['set'],
  more: Partial<UpdateQuery> = {},
): UpdateQuery {
  return { kind: 'update', entity, set, where: TRUE, ...more }
}

export function remove(entity: string, more: Partial<DeleteQuery> = {}): DeleteQuery {
  return { kind: 'delete', entity, where: TRUE, ...more }
}

/** Stores rows that all have the fields of the first. */
export async function insert(store: Store, entity: string, rows: readonly Row[]): Promise<number> {
  const fields = Object.keys(rows[0] ?? {})
  const query: InsertQuery = { kind: 'insert', entity, fields }
  const params: Params = rows.flatMap((row) => fields.map((name): Value => row[name] ?? null))
  return (await store.run(query, params)).count
}

/** The value of one field in every row. */
export async function valuesOf(
  store: Store,
  query: SelectQuery,
  params: Params = [],
): Promise<unknown[]> {
  const { rows } = await store.run(query, params)
  return rows.map((row) => row[query.fields[0] ?? ''])
}

// A small workspace that has one of everything DDL and queries spell.
import type { FieldOperand, ParamOperand, QueryPredicate, SelectQuery } from '@proj/dbal-contract'
import { compileWorkspace, type FieldType, type Model } from '@proj/dbal-schema'

const TEXT = `
entity: Customer
fields:
  id: { type: uuid, primary: true }
  name: { type: string, required: true, max_length: 80 }
  tier: { type: enum, values: [free, "it's paid"], default: free }
---
entity: Order
fields:
  id: { type: integer, primary: true }
  customer_id: { type: uuid, nullable: true, foreign_key: { entity: Customer, field: id, inverse: orders, on_delete: cascade } }
  total: { type: decimal, precision: 12, scale: 2, default: 0 }
  open: { type: boolean, default: true }
  placedAt: { type: datetime, nullable: true }
  units: { type: bigint, nullable: true }
  meta: { type: json, nullable: true }
  scan: { type: bytes, nullable: true }
indexes:
  - { fields: [placedAt], where: "open = true" }
constraints:
  - { name: sane_units, check: "units >= 0" }
`

export function compileModel(text: string): Model {
  const { model, diagnostics } = compileWorkspace([{ path: 'entities/shop.yaml', text }])
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  return model
}

export const shop = compileModel(TEXT)

export function order(field: string, ...path: string[]): FieldOperand {
  const entity = shop.entities.get(path.length === 0 ? 'Order' : 'Customer')
  return { kind: 'field', path, field, type: entity?.fields.get(field)?.type ?? 'text' }
}

export const param = (index: number, type: FieldType): ParamOperand => ({
  kind: 'param',
  index,
  type,
})

export const equal = (left: FieldOperand, right: ParamOperand): QueryPredicate => ({
  kind: 'compare',
  op: '=',
  left,
  right,
})

export function select(more: Partial<SelectQuery>): SelectQuery {
  return {
    kind: 'select',
    entity: 'Order',
    fields: ['id', 'total', 'placedAt', 'meta'],
    where: { kind: 'true' },
    sort: [],
    ...more,
  }
}

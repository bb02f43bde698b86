// A small workspace with every kind of field, a cascade, a restriction and composite keys, and rows to put in it.
import { JsonNull, type Row } from '@proj/dbal-contract'
import { compileWorkspace, type Model } from '@proj/dbal-schema'

const TEXT = `
entity: Customer
fields:
  id: { type: string, primary: true, max_length: 40 }
  name: { type: string, required: true, unique: true }
  rank: { type: integer, nullable: true }
  points: { type: bigint, nullable: true }
  score: { type: float, nullable: true }
  credit: { type: decimal, precision: 12, scale: 2, nullable: true }
  active: { type: boolean, nullable: true }
  joinedAt: { type: datetime, nullable: true }
  born: { type: date, nullable: true }
  opens: { type: time, nullable: true }
  meta: { type: json, nullable: true }
  photo: { type: bytes, nullable: true }
  token: { type: uuid, nullable: true }
  kind: { type: enum, values: [retail, trade], nullable: true }
---
entity: Order
fields:
  id: { type: integer, primary: true }
  customerId: { type: string, required: true, max_length: 40, foreign_key: { entity: Customer, field: id, on_delete: cascade } }
  region: { type: string, required: true, max_length: 40 }
  number: { type: integer, required: true }
  changedAt: { type: datetime, nullable: true }
indexes:
  - { fields: [region, number], unique: true }
---
entity: Line
primary_key: [orderId, position]
fields:
  orderId: { type: integer, required: true, foreign_key: { entity: Order, field: id, on_delete: cascade } }
  position: { type: integer, required: true }
  amount: { type: decimal, nullable: true }
---
entity: Invoice
fields:
  id: { type: integer, primary: true }
  customerId: { type: string, required: true, max_length: 40, foreign_key: { entity: Customer, field: id } }
constraints:
  - { name: invoice_id_positive, check: "id > 0" }
`

function compile(): Model {
  const { model, diagnostics } = compileWorkspace([{ path: 'entities/shop.yaml', text: TEXT }])
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  return model
}

export const shop = compile()

const NOTHING: Row = {
  rank: null,
  points: null,
  score: null,
  credit: null,
  active: null,
  joinedAt: null,
  born: null,
  opens: null,
  meta: null,
  photo: null,
  token: null,
  kind: null,
}

export const ada: Row = {
  id: 'c1',
  name: 'Ada',
  rank: 3,
  points: 9007199254740993n,
  score: 1.5,
  credit: '12.30',
  active: true,
  joinedAt: new Date('2024-03-10T05:00:00.123Z'),
  born: '2000-02-29',
  opens: '09:30:00.250',
  meta: { a: { b: [1, 'x', null] }, n: 1.5, t: true },
  photo: new Uint8Array([0, 255, 16]),
  token: '01890a5d-ac96-774b-bcce-b302099a8057',
  kind: 'retail',
}

export const customers: readonly Row[] = [
  ada,
  {
    ...NOTHING,
    id: 'c2',
    name: 'ada',
    points: -1n,
    score: -0.25,
    credit: '-0.05',
    active: false,
    joinedAt: new Date('1969-12-31T23:59:59.999Z'),
    born: '1000-01-01',
    opens: '23:59:59',
    meta: JsonNull,
    photo: new Uint8Array([]),
    kind: 'trade',
  },
  { ...NOTHING, id: 'c3', name: '100% _sure\\ "x" \'y\';--' },
  {
    ...NOTHING,
    id: 'c4',
    name: 'ZOË 😀',
    rank: 1,
    points: 9007199254740992n,
    credit: '9999999999.99',
    meta: 'text',
    joinedAt: new Date('9999-12-31T23:59:59.999Z'),
  },
  { ...NOTHING, id: 'c5', name: 'zeta', rank: 1, credit: '9.50', meta: { n: '1.5', t: false } },
]

export const orders: readonly Row[] = [
  { id: 1, customerId: 'c1', region: 'north', number: 1, changedAt: null },
  { id: 2, customerId: 'c1', region: 'north', number: 2, changedAt: new Date(5000) },
  { id: 3, customerId: 'c1', region: 'south', number: 1, changedAt: null },
  { id: 4, customerId: 'c5', region: 'south', number: 2, changedAt: null },
]

export const lines: readonly Row[] = [
  { orderId: 1, position: 1, amount: '0.100000' },
  { orderId: 1, position: 2, amount: '0.200000' },
  { orderId: 3, position: 1, amount: null },
]

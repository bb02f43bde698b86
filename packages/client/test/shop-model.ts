import { compileWorkspace, formatDiagnostics, type Model } from '@proj/dbal-schema'

const SHOP = `
entity: User
fields:
  id: { type: uuid, primary: true, generated: true }
  name: { type: string, required: true, unique: true, max_length: 20 }
  role: { type: enum, values: [user, moderator, admin], default: user }
  createdAt: { type: datetime, generated: true, immutable: true }
  updatedAt: { type: datetime, auto_update: true }
acl:
  create: { public: true }
  read: { self: true, moderator: true }
  update: { self: true, admin: true }
  delete: { admin: true }
---
entity: Item
optimistic_lock: version
owner: ownerId
fields:
  id: { type: uuid, primary: true, generated: true }
  ownerId: { type: uuid, optional: true, nullable: true, default: { user: id }, foreign_key: { entity: User, field: id, on_delete: set_null, name: owner, inverse: items } }
  sku: { type: string, required: true, unique: true }
  price: { type: decimal, precision: 10, scale: 2, default: 0 }
  stock: { type: integer, default: 0, min: 0 }
  seen: { type: bigint, default: 0 }
  tags: { type: json, optional: true }
  photo: { type: bytes, optional: true, max_length: 8 }
  day: { type: date, optional: true }
  weight: { type: float, optional: true }
  version: { type: integer, default: 1 }
  cost: { type: decimal, optional: true, sensitive: true }
acl:
  create: { user: true }
  read: { public: true }
  update: { self: true, admin: true }
  delete: { self: true, admin: true }
---
entity: Review
soft_delete: { field: deletedAt }
fields:
  id: { type: uuid, primary: true, generated: true }
  itemId: { type: uuid, required: true, foreign_key: { entity: Item, field: id, on_delete: cascade, name: item, inverse: reviews } }
  stars: { type: integer, required: true, min: 1, max: 5 }
  text: { type: text, optional: true }
  deletedAt: { type: datetime, optional: true }
acl:
  create: { user: true }
  read: { public: true }
  update: { admin: true }
  delete: { admin: true }
---
entity: Ticket
ttl: { field: expiresAt, auto_delete: true }
fields:
  id: { type: uuid, primary: true, generated: true }
  expiresAt: { type: datetime, required: true }
acl:
  create: { user: true }
  read: { public: true }
---
entity: Stock
primary_key: [shelf, bin]
fields:
  shelf: { type: string, required: true }
  bin: { type: integer, required: true }
  count: { type: integer, default: 0 }
constraints:
  - { name: stock_not_negative, check: "count >= 0" }
acl:
  create: { admin: true }
  read: { public: true }
  update: { admin: true }
  delete: { admin: true }
---
entity: Folder
fields:
  id: { type: string, primary: true }
  parentId: { type: string, optional: true, foreign_key: { entity: Folder, field: id, on_delete: cascade, name: parent, inverse: children } }
  position: { type: integer, default: 0 }
operations:
  get_tree: { input: [id], output: "Folder[]" }
  reorder: { input: [items], output: boolean }
  move: { input: [id, new_parent_id, order?], output: Folder }
acl:
  create: { user: true }
  read: { public: true }
  update: { user: true }
  delete: { user: true }
`

const OPERATIONS = `
entity: Item
operations:
  list: { default_limit: 3, max_limit: 5 }
  read_by_sku: { input: { required: [sku] }, output: Item }
  list_by_owner_id: { input: { required: [ownerId] }, output: "Item[]" }
  restock:
    input: { required: [id, { name: count, type: integer }] }
    output: Item
    acl_required: ["item:update"]
`

export function shopModel(): Model {
  const { model, diagnostics, files } = compileWorkspace([
    { path: 'entities/shop.yaml', text: SHOP },
    { path: 'operations/item.ops.yaml', text: OPERATIONS },
  ])
  if (model === undefined)
    throw new Error(formatDiagnostics(diagnostics, files, { format: 'pretty' }))
  return model
}

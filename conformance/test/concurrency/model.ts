// The contract that two clients write to at once. Each entity has the rule whose race it is there for.
import { compileWorkspace, formatDiagnostics, type Model } from '@proj/dbal-schema'

const ENTITIES = `
entity: User
fields:
  id: { type: string, primary: true, max_length: 40 }
  role: { type: enum, values: [user, admin], default: user }
acl: { read: { public: true } }
---
# The row itself says whose it is.
entity: Doc
owner: ownerId
fields:
  id: { type: string, primary: true, max_length: 40 }
  ownerId: { type: string, required: true, references: User.id, max_length: 40 }
  slug: { type: string, optional: true, nullable: true, unique: true, max_length: 40 }
  text: { type: string, default: '' }
  hits: { type: integer, default: 0, min: 0, max: 10 }
  revision: { type: integer }
optimistic_lock: revision
acl:
  read: { public: true }
  create: { self: true }
  delete: { user: true, row_level: ownerId = $user.id }
---
# What it was decides what it may become.
entity: Ledger
fields:
  id: { type: string, primary: true, max_length: 40 }
  rank: { type: integer, required: true }
  sealed: { type: integer, optional: true, nullable: true }
  text: { type: string, default: '' }
acl: { read: { public: true } }
---
entity: Ticket
fields:
  id: { type: string, primary: true, max_length: 40 }
  ownerId: { type: string, required: true, max_length: 40 }
  text: { type: string, default: '' }
acl: { read: { public: true } }
---
# Another row says who may write: by a path, by EXISTS, by a subselect.
entity: Page
fields:
  id: { type: string, primary: true, max_length: 40 }
  ownerId: { type: string, required: true, max_length: 40 }
acl: { read: { user: true } }
---
entity: ByPath
plural: byPath
fields:
  id: { type: string, primary: true, max_length: 40 }
  pageId: { type: string, required: true, references: Page.id, max_length: 40 }
  text: { type: string, default: '' }
acl: { read: { public: true } }
---
entity: ByExists
plural: byExists
fields:
  id: { type: string, primary: true, max_length: 40 }
  pageId: { type: string, required: true, references: Page.id, max_length: 40 }
  text: { type: string, default: '' }
acl: { read: { public: true } }
---
entity: BySelect
plural: bySelect
fields:
  id: { type: string, primary: true, max_length: 40 }
  pageId: { type: string, required: true, references: Page.id, max_length: 40 }
  text: { type: string, default: '' }
acl: { read: { public: true } }
---
# The other row says who may read; whoever reads may write.
entity: ByReading
plural: byReading
fields:
  id: { type: string, primary: true, max_length: 40 }
  pageId: { type: string, required: true, references: Page.id, max_length: 40 }
  text: { type: string, default: '' }
acl:
  read: { user: true, row_level: page.ownerId = $user.id }
  update: { user: true }
  delete: { user: true }
---
# Rows that go with their parent.
entity: Shelf
plural: shelves
fields:
  id: { type: string, primary: true, max_length: 40 }
  name: { type: string, default: '' }
acl: { read: { public: true }, create: { user: true }, update: { user: true }, delete: { user: true } }
---
entity: Pin
fields:
  id: { type: string, primary: true, max_length: 40 }
  shelfId: { type: string, optional: true, nullable: true, max_length: 40, foreign_key: { entity: Shelf, field: id, name: shelf, inverse: pins, on_delete: set_null } }
acl: { read: { public: true }, update: { user: true } }
---
entity: Book
fields:
  id: { type: string, primary: true, max_length: 40 }
  shelfId: { type: string, required: true, max_length: 40, foreign_key: { entity: Shelf, field: id, name: shelf, inverse: books, on_delete: cascade } }
  locked: { type: boolean, default: false }
acl:
  read: { public: true }
  create: { user: true }
  delete: { user: true, row_level: locked = false }
---
entity: Leaf
plural: leaves
fields:
  id: { type: string, primary: true, max_length: 40 }
  bookId: { type: string, required: true, max_length: 40, foreign_key: { entity: Book, field: id, name: book, inverse: leaves, on_delete: cascade } }
  locked: { type: boolean, default: false }
acl:
  read: { public: true }
  create: { user: true }
  delete: { user: true, row_level: locked = false }
`

const RULES = `
rules:
  - { entity: Doc, operations: [update], user: true, row_level_filter: ownerId = $user.id, fields: [text, hits, slug] }
  - { entity: Ledger, operations: [update], user: true, row_level_filter: rank < 100, check: before(sealed) IS NULL OR rank >= before(rank) }
  - { entity: Ticket, operations: [create, update], user: true, row_level_filter: ownerId = $user.id, check: ownerId = $user.id, set: { ownerId: $user.id } }
  - { entity: ByPath, operations: [create, update], user: true, row_level_filter: page.ownerId = $user.id }
  - { entity: ByPath, operations: [delete], user: true, row_level_filter: page.ownerId = $user.id }
  - { entity: ByExists, operations: [create, update], user: true, row_level_filter: EXISTS(page WHERE ownerId = $user.id), check: text != 'no' }
  - { entity: ByExists, operations: [delete], user: true, row_level_filter: EXISTS(page WHERE ownerId = $user.id) }
  - { entity: BySelect, operations: [create, update], user: true, row_level_filter: pageId IN (SELECT id FROM Page WHERE ownerId = $user.id), check: 'TRUE' }
  - { entity: BySelect, operations: [delete], user: true, row_level_filter: pageId IN (SELECT id FROM Page WHERE ownerId = $user.id) }
`

/** Whose rule looks at the page. */
export const RELATED = ['byPath', 'byExists', 'bySelect', 'byReading'] as const

export function raceModel(): Model {
  const { model, diagnostics, files } = compileWorkspace([
    { path: 'entities/race.yaml', text: ENTITIES },
    { path: 'policies/race.yaml', text: RULES },
  ])
  if (model === undefined)
    throw new Error(formatDiagnostics(diagnostics, files, { format: 'pretty' }))
  return model
}

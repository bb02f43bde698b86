// The domain that worlds are made of. Ids are given by hand, so that two worlds can name the same row.
import type { JsonValue } from '@proj/dbal-contract'

export type Cell = JsonValue
export type PlainRow = Readonly<Record<string, Cell>>
export type EntityName = 'Org' | 'Person' | 'Doc' | 'Note'
export type World = Readonly<Record<EntityName, readonly PlainRow[]>>

/** Who looks: the claims that a rule may ask for; an absent one is not a key. */
export interface Caller {
  readonly role: string
  readonly claims: Readonly<Record<string, string | number>>
}

export const ENTITIES: readonly EntityName[] = ['Org', 'Person', 'Doc', 'Note']

/** What rules look at and keys are made of, and what they never look at. */
export const FIELDS: Readonly<Record<EntityName, readonly string[]>> = {
  Org: ['id', 'level', 'title'],
  Person: ['id', 'orgId', 'level', 'role', 'title', 'hash'],
  Doc: [
    'id',
    'ownerId',
    'orgId',
    'parentId',
    'editorId',
    'level',
    'title',
    'pin',
    'amount',
    'meta',
    'code',
  ],
  Note: ['id', 'docId', 'authorId', 'repliesTo', 'level', 'title', 'code', 'shelf', 'place'],
}

/** Never named by a rule: worlds may differ in them wherever they are hidden. */
export const FREE: Readonly<Record<EntityName, readonly string[]>> = {
  Org: ['title'],
  Person: ['title', 'hash'],
  Doc: ['editorId', 'title', 'pin', 'amount', 'meta'],
  Note: ['repliesTo', 'title'],
}

export const KEYS: Readonly<Record<EntityName, Readonly<Record<string, EntityName>>>> = {
  Org: {},
  Person: { orgId: 'Org' },
  Doc: { ownerId: 'Person', orgId: 'Org', parentId: 'Doc', editorId: 'Person' },
  Note: { docId: 'Doc', authorId: 'Person', repliesTo: 'Note' },
}

/** Keys that worlds may differ in wherever they are hidden. */
export const isFreeKey = (entity: EntityName, field: string): boolean =>
  field in KEYS[entity] && FREE[entity].includes(field)

/**
 * A key of two fields, and that one of them by which worlds may differ where nobody can send it: then no more
 * than which rows have one value in common is told (ACC-39).
 */
export const PAIR = { entity: 'Note', open: 'shelf', hidden: 'place' } as const

/** The row that one world has and the other has not. Only such rows refer to it; it may refer to others. */
export const GHOSTS: Readonly<Record<EntityName, string>> = {
  Org: 'ghost-o',
  Person: 'ghost-u',
  Doc: 'ghost-d',
  Note: 'ghost-n',
}

export const isGhost = ({ id }: PlainRow): boolean => String(id).startsWith('ghost')

export const SHELVES = ['s1', 's2'] as const

export const WORDS = ['a', 'ab', 'B', 'x%', ''] as const

export const METAS: readonly Cell[] = [
  { a: 1 },
  { a: 'x', b: [1, 2] },
  { a: { b: 'ab' }, b: null },
  ['x', 1],
  'x',
  2,
  true,
]

export function rowOf(
  world: World,
  entity: EntityName,
  id: Cell | undefined,
): PlainRow | undefined {
  return id === null ? undefined : world[entity].find((row) => row['id'] === id)
}

export type OnDelete = 'cascade' | 'restrict' | 'set_null'

export interface Shape {
  readonly docOwner: OnDelete
  readonly docParent: OnDelete
  readonly noteDoc: 'cascade' | 'restrict'
  readonly noteAuthor: OnDelete
}

export function entitiesText(shape: Shape): string {
  const key = (entity: EntityName, name: string, onDelete: string, inverse: string): string =>
    `{ entity: ${entity}, field: id, name: ${name}, inverse: ${inverse}, on_delete: ${onDelete} }`
  return `
entity: Org
fields:
  id: { type: string, primary: true }
  level: { type: integer, optional: true }
  title: { type: string, optional: true }
---
entity: Person
principal: true
fields:
  id: { type: string, primary: true }
  orgId: { type: string, optional: true, foreign_key: ${key('Org', 'org', 'set_null', 'people')} }
  level: { type: integer, optional: true }
  role: { type: enum, values: [user, moderator], default: user }
  title: { type: string, optional: true }
  hash: { type: string, optional: true }
security: { never_expose: [hash] }
---
entity: Doc
owner: ownerId
fields:
  id: { type: string, primary: true }
  ownerId: { type: string, optional: true, foreign_key: ${key('Person', 'owner', shape.docOwner, 'docs')} }
  orgId: { type: string, optional: true, foreign_key: ${key('Org', 'org', 'restrict', 'docs')} }
  parentId: { type: string, optional: true, foreign_key: ${key('Doc', 'parent', shape.docParent, 'children')} }
  editorId: { type: string, optional: true, foreign_key: ${key('Person', 'editor', 'set_null', 'edited')} }
  level: { type: integer, optional: true }
  title: { type: string, optional: true }
  pin: { type: string, optional: true, sensitive: true }
  amount: { type: integer, optional: true }
  meta: { type: json, optional: true }
  code: { type: string, optional: true, unique: true }
---
entity: Note
owner: authorId
fields:
  id: { type: string, primary: true }
  docId: { type: string, required: true, foreign_key: ${key('Doc', 'doc', shape.noteDoc, 'notes')} }
  authorId: { type: string, optional: true, foreign_key: ${key('Person', 'author', shape.noteAuthor, 'notes')} }
  repliesTo: { type: string, optional: true, foreign_key: ${key('Note', 'question', 'set_null', 'replies')} }
  level: { type: integer, optional: true }
  title: { type: string, optional: true }
  code: { type: string, optional: true, unique: true }
  shelf: { type: string, optional: true }
  place: { type: integer, optional: true }
indexes:
  - { fields: [shelf, place], unique: true, name: one_place }
`
}

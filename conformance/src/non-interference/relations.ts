// How the rows of the domain refer to each other, and the values that a curious caller gives to fields.
import fc from 'fast-check'
import { FIELDS, GHOSTS, KEYS, METAS, SHELVES, WORDS, type Cell, type EntityName } from './world.ts'
import { IDS } from './worlds.ts'

export type Input = Readonly<Record<string, unknown>>

export interface Related {
  readonly name: string
  readonly to: EntityName
  readonly many: boolean
  /** The foreign key, which the row itself holds or, of a relation to many, the others. */
  readonly key: string
}

const one = (name: string, to: EntityName, key: string): Related => ({ name, to, many: false, key })
const many = (name: string, to: EntityName, key: string): Related => ({ name, to, many: true, key })

export const RELATIONS: Readonly<Record<EntityName, readonly Related[]>> = {
  Org: [many('people', 'Person', 'orgId'), many('docs', 'Doc', 'orgId')],
  Person: [
    one('org', 'Org', 'orgId'),
    many('docs', 'Doc', 'ownerId'),
    many('notes', 'Note', 'authorId'),
    many('edited', 'Doc', 'editorId'),
  ],
  Doc: [
    one('owner', 'Person', 'ownerId'),
    one('org', 'Org', 'orgId'),
    one('parent', 'Doc', 'parentId'),
    one('editor', 'Person', 'editorId'),
    many('children', 'Doc', 'parentId'),
    many('notes', 'Note', 'docId'),
  ],
  Note: [
    one('doc', 'Doc', 'docId'),
    one('author', 'Person', 'authorId'),
    one('question', 'Note', 'repliesTo'),
    many('replies', 'Note', 'repliesTo'),
  ],
}

export const NUMBERS: ReadonlySet<string> = new Set(['level', 'amount', 'place'])

export function valueOf(entity: EntityName, field: string): fc.Arbitrary<Cell> {
  if (NUMBERS.has(field)) return fc.constantFrom(null, 0, 1, 2, 3)
  if (field === 'meta') return fc.constantFrom(null, ...METAS)
  const to = field === 'id' ? entity : KEYS[entity][field]
  if (to !== undefined) return fc.constantFrom(...IDS[to], ...IDS[to], 'missing', GHOSTS[to])
  if (field === 'role') return fc.constantFrom('user', 'moderator')
  if (field === 'code') return fc.constantFrom(null, 'code-d1', 'code-d2', 'code-n1', 'code-new')
  if (field === 'shelf') return fc.constantFrom(null, ...SHELVES)
  return fc.constantFrom(null, ...WORDS)
}

export const fieldOf = (entity: EntityName): fc.Arbitrary<string> =>
  fc.constantFrom(...FIELDS[entity])

/** A record as a caller names it: by its primary key, or by its unique field. */
export function whereOf(entity: EntityName): fc.Arbitrary<Input> {
  const byId = valueOf(entity, 'id').map((id) => ({ id }))
  if (!FIELDS[entity].includes('code')) return byId
  const byCode = fc.constantFrom('code-d1', 'code-d2', 'code-n1').map((code) => ({ code }))
  return fc.oneof({ weight: 4, arbitrary: byId }, { weight: 1, arbitrary: byCode })
}

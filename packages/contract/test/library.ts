// A small workspace with every kind of field and relation.
import { compileWorkspace, type Entity, type Model } from '@proj/dbal-schema'

const TEXT = `
entity: Author
fields:
  id: { type: integer, primary: true }
  name: { type: string, required: true }
  rank: { type: integer, nullable: true }
  active: { type: boolean, nullable: true }
  born: { type: date, nullable: true }
  joined: { type: datetime, nullable: true }
  words: { type: bigint, nullable: true }
  pay: { type: decimal, precision: 20, scale: 2, nullable: true }
  score: { type: float, nullable: true }
  opens: { type: time, nullable: true }
  token: { type: uuid, nullable: true }
  photo: { type: bytes, nullable: true }
  meta: { type: json, nullable: true }
  mentorId: { type: integer, nullable: true, foreign_key: { entity: Author, field: id, inverse: pupils } }
---
entity: Book
fields:
  id: { type: integer, primary: true }
  title: { type: string, required: true }
  pages: { type: integer, nullable: true }
  authorId: { type: integer, nullable: true, foreign_key: { entity: Author, field: id } }
`

function compile(): Model {
  const { model, diagnostics } = compileWorkspace([{ path: 'entities/library.yaml', text: TEXT }])
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  return model
}

export const library = compile()

export function entity(name: string): Entity {
  const found = library.entities.get(name)
  if (found === undefined) throw new Error(name)
  return found
}

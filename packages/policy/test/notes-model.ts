import { compileWorkspace, formatDiagnostics, type Model } from '@proj/dbal-schema'

const NOTES = `
entity: User
fields:
  id: { type: string, primary: true }
  name: { type: string, required: true }
  role: { type: enum, values: [user, moderator, admin], default: user }
acl:
  read: { public: true }
---
entity: Note
owner: ownerId
fields:
  id: { type: string, primary: true }
  ownerId: { type: string, required: true, foreign_key: { entity: User, field: id, name: owner, inverse: notes } }
  title: { type: string, required: true }
  pin: { type: string, optional: true, sensitive: true }
  secret: { type: string, optional: true }
  level: { type: integer, default: 0 }
  tenant: { type: string, optional: true }
security: { never_expose: [secret] }
acl:
  create: { self: true, moderator: true }
  read: { self: true, moderator: true }
  update: { self: true, fields: [title, ownerId] }
  delete: { admin: true }
---
entity: Comment
fields:
  id: { type: string, primary: true }
  noteId: { type: string, required: true, foreign_key: { entity: Note, field: id, name: note, inverse: comments } }
  text: { type: string, required: true }
acl:
  create: { user: true }
  read: { self: true, row_level: note.ownerId = $user.id }
`

/** Notes that their owners and moderators see; more rules come as YAML documents. */
export function notesModel(policies = ''): Model {
  const { model, diagnostics, files } = compileWorkspace([
    { path: 'entities/notes.yaml', text: NOTES },
    ...(policies === '' ? [] : [{ path: 'policies/more.yaml', text: policies }]),
  ])
  if (model === undefined)
    throw new Error(formatDiagnostics(diagnostics, files, { format: 'pretty' }))
  return model
}

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

const SLOTS = `
entity: Slot
owner: ownerId
fields:
  at: { type: datetime, primary: true }
  ownerId: { type: string, required: true }
acl:
  create: { user: true }
  read: { user: true, row_level: ownerId = $user.id }
---
entity: Booking
fields:
  id: { type: string, primary: true }
  slotAt: { type: datetime, required: true, foreign_key: { entity: Slot, field: at, name: slot } }
acl:
  create: { user: true }
  read: { user: true }
`

/** Notes that their owners and moderators see; more rules come as YAML documents. */
export function notesModel(policies = ''): Model {
  return compile([
    { path: 'entities/notes.yaml', text: NOTES },
    ...(policies === '' ? [] : [{ path: 'policies/more.yaml', text: policies }]),
  ])
}

/** Slots that their owners see, and bookings that refer to them by a moment. */
export function slotsModel(): Model {
  return compile([{ path: 'entities/slots.yaml', text: SLOTS }])
}

function compile(sources: Parameters<typeof compileWorkspace>[0]): Model {
  const { model, diagnostics, files } = compileWorkspace(sources)
  if (model === undefined)
    throw new Error(formatDiagnostics(diagnostics, files, { format: 'pretty' }))
  return model
}

import { compileWorkspace, formatDiagnostics, type Model } from '@proj/dbal-schema'

/** Notes that are seen by who leads their team; a team's notes go with it. */
export function notesModel(readRule = 'team.lead = $user.id OR open = true', security = ''): Model {
  const text = `
entity: Team
fields:
  id: { type: string, primary: true }
  lead: { type: string, optional: true }
acl: { read: { public: true } }
---
entity: Note
${security}
soft_delete: { field: gone }
fields:
  id: { type: string, primary: true }
  teamId: { type: string, optional: true, nullable: true, foreign_key: { entity: Team, field: id, on_delete: cascade, name: team, inverse: notes } }
  text: { type: string, default: "" }
  open: { type: boolean, default: false }
  gone: { type: datetime, optional: true, nullable: true }
acl:
  read: { user: true, row_level: "${readRule}" }
---
entity: Tag
fields:
  id: { type: string, primary: true }
  noteId: { type: string, optional: true, nullable: true, foreign_key: { entity: Note, field: id, on_delete: set_null, name: note, inverse: tags } }
acl: { read: { user: true } }
---
entity: Ticket
ttl: { field: expiresAt }
fields:
  id: { type: string, primary: true }
  expiresAt: { type: datetime, required: true }
acl: { read: { user: true } }
---
entity: Secret
fields: { id: { type: string, primary: true } }
`
  const { model, diagnostics, files } = compileWorkspace([{ path: 'entities/notes.yaml', text }])
  if (model === undefined)
    throw new Error(formatDiagnostics(diagnostics, files, { format: 'pretty' }))
  return model
}

// One entry of the audit log: who did what to which record, and how it went. It names fields and holds
// the value of none but the primary key.
import { createHash } from 'node:crypto'
import { isStorableText, type Principal } from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'

export interface AuditEntry {
  /** A uuid in the order of time. An error's `decisionId` is that of its entry. */
  readonly entryId: string
  readonly timestamp: Date
  /** Entries of one call, and of the calls it made, have the same. */
  readonly requestId: string
  /** The principal's id; absent for the system and for a caller without one. */
  readonly principal?: string
  /** Roles of the contract, with commas; `public` for none of them, `system` for the system only. */
  readonly role: string
  /** Empty where the call named none that exists. */
  readonly entity: string
  readonly operation: string
  /** The record's primary key; a composite one as a JSON list. */
  readonly id?: string
  readonly success: boolean
  /** The error's, where the operation failed. */
  readonly code?: string
  readonly durationMs: number
  readonly changedFields?: readonly string[]
}

/** Of text that a caller chose: as much as a column holds. */
const MAX_TEXT = 255
const MAX_KEPT = 180

/** How an entry names whoever asks. */
export interface Actor {
  readonly principal?: string
  readonly role: string
}

const actors = new WeakMap<Principal, { readonly model: Model; readonly actor: Actor }>()

/** Worked out once for each principal, whose many calls have it in common. */
export function actorOf(principal: Principal, model: Model): Actor {
  const known = actors.get(principal)
  if (known?.model === model) return known.actor
  const id = principalOf(principal, model)
  const actor = { ...(id === undefined ? {} : { principal: id }), role: rolesOf(principal, model) }
  actors.set(principal, { model, actor })
  return actor
}

/** A name of a role is what the contract knows; anything else that was claimed is not told apart. */
function rolesOf({ system, roles }: Principal, model: Model): string {
  if (system) return 'system'
  const known = roles.filter((role) => role !== 'system' && model.roles.names.includes(role))
  return known.length === 0 ? 'public' : fit(known.join(','))
}

/** Hashed where the contract says that the key of a user is sensitive. */
function principalOf({ id }: Principal, model: Model): string | undefined {
  if (id === undefined) return undefined
  const users = [...model.entities.values()].find(({ principal }) => principal)
  const isSensitive = users?.primaryKey.some((name) => users.fields.get(name)?.sensitive === true)
  return isSensitive === true ? `sha256:${sha256(String(id))}` : fit(String(id))
}

/** Text that every engine stores, bounded; what is cut off is told apart by its hash. */
export function fit(text: string): string {
  if (text.length <= MAX_TEXT && isStorableText(text)) return text
  // A lone surrogate becomes U+FFFD.
  const clean = Buffer.from(text).toString().replaceAll('\0', '\uFFFD')
  const points = [...clean]
  if (points.length <= MAX_TEXT) return clean
  return `${points.slice(0, MAX_KEPT).join('')}… sha256:${sha256(clean)}`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

// Why a stream may end before its items do, so that whoever reads it asks for the rest.
import { isDBALError } from '@proj/dbal-contract'

export const ENDED = {
  LOST: 'the connection was lost',
  LOGIN: 'the login has changed',
  SHUTDOWN: 'the server is shutting down',
} as const

const REASONS: ReadonlySet<unknown> = new Set(Object.values(ENDED))

export function isResumable(error: unknown): boolean {
  return isDBALError(error) && error.code === 'UNAVAILABLE' && REASONS.has(error.details?.reason)
}

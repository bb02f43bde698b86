import type { Value } from '../value/value.ts'

export type ClaimValue = Value | readonly Value[]

/**
 * Who asks. `system` is made in process only. A principal with no roles is anonymous (`public`);
 * claims are scalars or lists of scalars, and an absent one is unknown in every comparison.
 */
export interface Principal {
  readonly system: boolean
  readonly id?: string | number | bigint
  readonly roles: readonly string[]
  readonly claims: ReadonlyMap<string, ClaimValue>
  /** `$context.<name>`: set by the server, never by the caller. */
  readonly context: ReadonlyMap<string, ClaimValue>
}

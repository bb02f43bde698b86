// The checked, immutable form of a workspace. Everything else in the product is derived from it.
import type { Entity } from './entity.ts'
import type { FieldType } from './field.ts'
import type { JsonValue } from './json-value.ts'
import type { AccessRule } from './rule.ts'

export interface RoleLadder {
  /** Lowest first; declaration order for a graph. */
  readonly names: readonly string[]
  /** For each role, itself and every role above it (those that inherit it, directly or not). */
  readonly above: ReadonlyMap<string, readonly string[]>
}

export interface Claim {
  readonly name: string
  readonly type: FieldType
  readonly list: boolean
}

export interface ErrorSpec {
  readonly code: string
  readonly httpStatus: number
  /** The catalogue's sentence: the same for every caller. */
  readonly message: string
  readonly description?: string
  /** Seconds. */
  readonly retryAfter?: number
  readonly securityIncident: boolean
}

export interface RetryStrategy {
  readonly retryableCodes: readonly string[]
  readonly maxRetries: number
  readonly backoff: 'exponential' | 'linear' | 'fixed'
  readonly initialDelayMs: number
  readonly maxDelayMs: number
}

export interface ErrorCatalogue {
  readonly codes: ReadonlyMap<string, ErrorSpec>
  readonly retry: RetryStrategy
  readonly logging: Readonly<Record<string, JsonValue>>
  readonly security: Readonly<Record<string, JsonValue>>
}

export interface AdapterCapabilitySpec {
  readonly name: string
  readonly features: readonly string[]
  /** Feature to the named fallback that answers in its place. */
  readonly fallback: Readonly<Record<string, string>>
}

export interface Seed {
  readonly entity: string
  /** By camelCase name, values in wire form. */
  readonly records: readonly Readonly<Record<string, JsonValue>>[]
  readonly metadata: {
    readonly bootstrap: boolean
    readonly skipIfExists: boolean
    readonly useCurrentTimestamp: boolean
    readonly timestampField?: string
  }
  readonly file: string
}

export interface Model {
  /** By name, sorted by name: the same workspace gives the same order wherever its files stand. */
  readonly entities: ReadonlyMap<string, Entity>
  /** By accessor (`users`). */
  readonly accessors: ReadonlyMap<string, Entity>
  readonly roles: RoleLadder
  readonly claims: ReadonlyMap<string, Claim>
  readonly rules: readonly AccessRule[]
  readonly errors: ErrorCatalogue
  readonly capabilities: readonly AdapterCapabilitySpec[]
  readonly seeds: readonly Seed[]
  /** SHA-256, hex, of the canonical JSON of everything above except positions, ids of rules, descriptions and seeds. */
  readonly hash: string
}

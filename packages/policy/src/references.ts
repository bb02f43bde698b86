// Values that a rule names beside the row: collected while a rule is bound, resolved when it runs.
import {
  canonicalTime,
  isCalendarDate,
  isInt32,
  isInt64,
  isStorableText,
  parseDecimal,
  type ClaimValue,
  type Params,
  type Principal,
  type Row,
  type Value,
} from '@proj/dbal-contract'
import type { FieldType, ParamOperand } from '@proj/dbal-schema'

export type Reference =
  | {
      readonly kind: 'user' | 'context' | 'input'
      readonly name: string
      readonly type: FieldType
      readonly list: boolean
    }
  | { readonly kind: 'missing'; readonly of: 'user' | 'context' | 'input'; readonly name: string }
  | { readonly kind: 'now'; readonly type: FieldType }
  | { readonly kind: 'before'; readonly field: string; readonly type: FieldType }

/** What references are resolved against; the clock is read once per call, so `$now` is one instant. */
export interface ReferenceScope {
  readonly principal: Principal
  readonly now: Date
  readonly input?: Readonly<Record<string, unknown>> | undefined
}

/** Gives references the positions after a query's own params. */
export class ReferenceList {
  readonly references: Reference[] = []
  /** A rule looks at other rows than its own, whoever may see these, or at the clock of the call. */
  looksBeyond = false
  readonly #base: number

  constructor(base: number) {
    this.#base = base
  }

  add(reference: Reference, type: FieldType, list = false): ParamOperand {
    const same = this.references.findIndex((r) => JSON.stringify(r) === JSON.stringify(reference))
    const at = same === -1 ? this.references.push(reference) - 1 : same
    const operand = { kind: 'param', index: this.#base + at, type } as const
    return list ? { ...operand, list: true } : operand
  }
}

/** The query's params, padded to `base`, followed by the values of the references. `before`: the row as it was. */
export function resolveParams(
  params: Params,
  base: number,
  references: readonly Reference[],
  scope: ReferenceScope,
  before?: Row,
): Params {
  if (references.length === 0) return params
  const values: Params[number][] = []
  // One by one: to set the length of a list is a call into the engine, and takes as long as all else here.
  for (let at = 0; at < base; at += 1) values.push(params[at])
  for (const reference of references) values.push(resolveReference(reference, scope, before))
  return values
}

function resolveReference(
  reference: Reference,
  scope: ReferenceScope,
  before: Row | undefined,
): Value | readonly Value[] | undefined {
  if (reference.kind === 'now') {
    return reference.type === 'bigint' ? BigInt(scope.now.getTime()) : scope.now
  }
  if (reference.kind === 'before') return before?.[reference.field]
  if (reference.kind === 'missing') {
    return claimOf(reference.of, reference.name, scope) === undefined
  }
  const claim = claimOf(reference.kind, reference.name, scope)
  if (!reference.list) return isList(claim) ? undefined : fitting(reference.type, claim)
  if (!isList(claim)) return undefined
  // One element that does not fit would make the whole list lie; it is left out, as if not held.
  return claim.map((value) => fitting(reference.type, value)).filter((value) => value !== undefined)
}

function isList(claim: ClaimValue | undefined): claim is readonly Value[] {
  return Array.isArray(claim)
}

function claimOf(
  kind: 'user' | 'context' | 'input',
  name: string,
  scope: ReferenceScope,
): ClaimValue | undefined {
  if (kind === 'user') return scope.principal.claims.get(name) ?? undefined
  if (kind === 'context') return scope.principal.context.get(name) ?? undefined
  const input = scope.input
  return input !== undefined && Object.hasOwn(input, name) ? (input[name] as ClaimValue) : undefined
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/**
 * A claim that is no value of the field's type is absent, never converted: `"1"` is not `1`, and what
 * an engine would choke on decides nothing.
 */
function fitting(type: FieldType, claim: ClaimValue | undefined): Value | undefined {
  switch (type) {
    case 'integer':
      return typeof claim === 'number' && isInt32(claim) ? claim : undefined
    case 'float':
      return typeof claim === 'number' && Number.isFinite(claim) ? claim : undefined
    case 'bigint': {
      const exact = Number.isSafeInteger(claim) ? BigInt(claim as number) : claim
      return typeof exact === 'bigint' && isInt64(exact) ? exact : undefined
    }
    case 'boolean':
      return typeof claim === 'boolean' ? claim : undefined
    case 'datetime':
      return claim instanceof Date ? claim : undefined
    case 'bytes':
    case 'json':
      return undefined
    default:
      return typeof claim === 'string' ? fittingText(type, claim) : undefined
  }
}

function fittingText(type: FieldType, claim: string): string | undefined {
  switch (type) {
    case 'uuid':
      return UUID.test(claim) ? claim.toLowerCase() : undefined
    case 'decimal':
      return parseDecimal(claim) === undefined ? undefined : claim
    case 'date':
      return isCalendarDate(claim) ? claim : undefined
    case 'time':
      return canonicalTime(claim)
    default:
      return isStorableText(claim) ? claim : undefined
  }
}

// `set:` of a rule: fields whose value the rule decides. Whoever sends one himself is refused.
import {
  canonicalValue,
  decodeValue,
  mergeOwn,
  type ClaimValue,
  type Principal,
} from '@proj/dbal-contract'
import type { PrincipalAccess } from '@proj/dbal-policy'
import type { Entity, Field, OperationSpec, Preset } from '@proj/dbal-schema'
import { relax } from '../query/filter-value.ts'
import { hasData, mapData, type Data } from './data-parts.ts'
import { instant } from './fill-row.ts'

const ACTIONS = ['create', 'update'] as const

/**
 * The input with presets filled in; the caller's object is left as it is. Throws FORBIDDEN or UNAUTHORIZED
 * for a field that is sent, and where the caller lacks what a preset is made of.
 */
export function applyPresets(
  entity: Entity,
  operation: OperationSpec,
  input: Data,
  access: PrincipalAccess,
  principal: Principal,
  now: Date,
): Data {
  if (access.system || !hasData(operation)) return input
  const rules = access.entity(entity)
  if (ACTIONS.every((action) => rules.presets(action).length === 0)) return input
  return mapData(operation, input, (data, action) => {
    const presets = rules.presets(action)
    if (presets.length === 0) return data
    demandUnsent(entity, presets, data, access)
    const values = presetValues(entity, presets, principal, now)
    if (values === undefined) throw access.refusal()
    return mergeOwn(data, values)
  })
}

function demandUnsent(
  entity: Entity,
  presets: readonly Preset[],
  data: Data,
  access: PrincipalAccess,
): void {
  const sends = ({ field }: Preset): boolean =>
    Object.hasOwn(data, field) ||
    Object.keys(data).some((name) => {
      const relation = entity.relations.get(name)
      return relation?.owning === true && relation.from === field
    })
  const sent = new Set(presets.filter(sends).map(({ field }) => field))
  if (sent.size === 0) return
  const error = 'is set by a rule and may not be sent'
  throw access.refusal({ fields: [...sent].map((field) => ({ field, error })) })
}

/** Undefined where one has no value: a rule's own field is never left to chance. */
function presetValues(
  entity: Entity,
  presets: readonly Preset[],
  principal: Principal,
  now: Date,
): Record<string, unknown> | undefined {
  const values: Record<string, unknown> = {}
  for (const { field: name, value } of presets) {
    const field = entity.fields.get(name)
    if (field === undefined) continue
    const resolved = resolve(field, value, principal, now)
    if (resolved === undefined) return undefined
    values[name] = resolved
  }
  return values
}

function resolve(field: Field, value: Preset['value'], principal: Principal, now: Date): unknown {
  switch (value.kind) {
    case 'literal': {
      // In wire form: a bigint beyond 2^53 is text, bytes are base64.
      const decoded = decodeValue(field, value.value)
      return decoded.ok ? decoded.value : value.value
    }
    case 'now':
      return instant(field, now)
    case 'user':
      return fitting(field, principal.claims.get(value.name))
    case 'context':
      return fitting(field, principal.context.get(value.name))
  }
}

/** A claim of another type than the field's is absent (ACC-5); its bounds are the row's affair. */
function fitting(field: Field, claim: ClaimValue | undefined): unknown {
  return claim !== undefined && canonicalValue(relax(field), claim).ok ? claim : undefined
}

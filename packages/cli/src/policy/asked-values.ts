// What rules compare claims and context values with: `ownerId = $user.id`, `tenantId = $context.tenantId`,
// `team IN $user.teams`. A sample where the two could never be equal would show nothing.
import {
  operandsOf,
  partsOf,
  type Entity,
  type Model,
  type RuleOperand,
  type RulePredicate,
} from '@proj/dbal-schema'

/** One name that callers bring, and the fields that it is compared with. */
export interface Asked {
  readonly kind: 'user' | 'context'
  readonly name: string
  readonly list: boolean
  /** `Entity.field`. */
  readonly fields: ReadonlySet<string>
}

/** By kind and name. */
export type AskedValues = ReadonlyMap<string, Asked>

export function askedValues(models: readonly Model[]): AskedValues {
  const found = new Map<
    string,
    { -readonly [K in keyof Asked]: Asked[K] } & { fields: Set<string> }
  >()
  const note = (operand: RuleOperand, fields: readonly string[]): void => {
    if (operand.kind !== 'user' && operand.kind !== 'context') return
    const { kind, name, list = false } = operand
    const key = `${kind} ${name}`
    const asked = found.get(key) ?? { kind, name, list, fields: new Set<string>() }
    for (const field of fields) asked.fields.add(field)
    asked.list ||= list
    found.set(key, asked)
  }
  for (const model of models) {
    const visit = (node: RulePredicate, entity: Entity | undefined): void => {
      const operands = [
        ...operandsOf(node),
        ...(node.kind === 'in' && !Array.isArray(node.list) ? [node.list as RuleOperand] : []),
      ]
      const fields = operands.flatMap((operand) => fieldNames(operand, entity, model))
      for (const operand of operands) note(operand, fields)
      for (const part of partsOf(node)) visit(part, scopeOf(node, entity, model))
    }
    for (const { entity, where, check } of model.rules) {
      const names = entity === '*' ? [...model.entities.keys()] : [entity]
      for (const name of names)
        for (const rule of [where, check]) if (rule) visit(rule, model.entities.get(name))
    }
    for (const { name, owner } of model.entities.values())
      if (owner !== undefined) note({ kind: 'user', name: owner.claim }, [`${name}.${owner.field}`])
  }
  return found
}

/** The entity that the parts of a node speak of. */
function scopeOf(
  node: RulePredicate,
  entity: Entity | undefined,
  model: Model,
): Entity | undefined {
  if (node.kind === 'exists')
    return model.entities.get(entity?.relations.get(node.relation)?.target ?? '')
  return node.kind === 'inSelect' ? model.entities.get(node.entity) : entity
}

function fieldNames(operand: RuleOperand, entity: Entity | undefined, model: Model): string[] {
  if (operand.kind === 'before')
    return entity === undefined ? [] : [`${entity.name}.${operand.field}`]
  if (operand.kind !== 'field') return []
  let at = entity
  for (const step of operand.path) at = model.entities.get(at?.relations.get(step)?.target ?? '')
  return at === undefined ? [] : [`${at.name}.${operand.field}`]
}

// The values that rules compare with: what is tried out first when two sets of rules are compared.
import type { Value } from '@proj/dbal-contract'
import {
  operandsOf,
  partsOf,
  type AccessRule,
  type Field,
  type Model,
  type RulePredicate,
} from '@proj/dbal-schema'
import { rulesOf } from '@proj/dbal-schema/model'

/** Literals of all rules, by their type. */
export interface Constants {
  readonly numbers: readonly number[]
  readonly texts: readonly string[]
}

export function constantsOf(models: readonly Model[]): Constants {
  const numbers = new Set<number>([0, 1])
  const texts = new Set<string>(['a', 'b'])
  const visit = (node: RulePredicate): void => {
    for (const operand of operandsOf(node)) {
      if (operand.kind !== 'literal') continue
      const { value } = operand
      if (typeof value === 'string') texts.add(value.replaceAll('%', ''))
      // Beside the bound itself, where `<` and `<=` part.
      if (typeof value === 'number')
        for (const near of [value - 1, value, value + 1]) numbers.add(near)
    }
    for (const part of partsOf(node)) visit(part)
  }
  for (const { rules } of models)
    for (const { where, check } of rules) for (const rule of [where, check]) if (rule) visit(rule)
  return { numbers: [...numbers], texts: [...texts] }
}

/** Values worth trying for a field, never empty; `n` tells rows apart where they have to differ. */
export function valuesFor(
  field: Field,
  { numbers, texts }: Constants,
  n: number,
): readonly Value[] {
  if (field.primary || field.unique) return [keyFor(field, n)]
  switch (field.type) {
    case 'integer':
    case 'float':
      return numbers
    case 'bigint':
      return numbers.map(BigInt)
    case 'decimal':
      return numbers.map((each) => each.toFixed(field.scale ?? 6))
    case 'boolean':
      return [true, false]
    case 'enum':
      return field.values ?? ['a']
    case 'datetime':
      return [new Date(0), new Date('2100-01-01T00:00:00Z')]
    case 'date':
      return ['1970-01-01', '2100-01-01']
    case 'time':
      return ['00:00:00', '12:00:00']
    case 'json':
      return [{}]
    case 'bytes':
      return [new Uint8Array([n])]
    case 'uuid':
    case 'cuid':
      return [keyFor(field, 1), keyFor(field, 2)]
    default:
      return texts
  }
}

function keyFor({ type, name }: Field, n: number): Value {
  switch (type) {
    case 'integer':
    case 'float':
      return n
    case 'bigint':
      return BigInt(n)
    case 'decimal':
      return `${n}`
    case 'datetime':
      return new Date(n * 1000)
    case 'uuid':
      return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
    case 'cuid':
      return `c${String(n).padStart(24, '0')}`
    default:
      return `${name}${n}`
  }
}

/** Entities whose rules differ, or whose rules ask those of another. */
export function changedEntities(before: Model, after: Model): readonly string[] {
  const names = new Set([...before.entities.keys(), ...after.entities.keys()])
  return [...names].filter((name) => said(before, name) !== said(after, name))
}

function said(model: Model, name: string): string {
  const entity = model.entities.get(name)
  if (entity === undefined) return ''
  const own = rulesOf(model, entity)
  const asked = own.some((rule) => asksOthers(rule)) ? model.rules : own
  return JSON.stringify([
    asked.map((rule) => ({ ...rule, id: '', source: '' })),
    entity.security.neverExpose,
    entity.owner,
    [...entity.fields.values()].map((field) => [field.name, field.sensitive]),
  ])
}

function asksOthers({ where, check }: AccessRule): boolean {
  const asks = (node: RulePredicate): boolean => node.kind === 'allowed' || partsOf(node).some(asks)
  return [where, check].some((rule) => rule !== undefined && asks(rule))
}

// `set: { field: value }`: what a write is given without being asked.
import { suggestHint } from '../diagnostic/suggest.ts'
import type { Field } from '../model/field.ts'
import type { Preset } from '../model/rule.ts'
import { checkPredicate } from '../predicate/check-predicate.ts'
import type { RuleOperand } from '../predicate/predicate.ts'
import { printName, printText } from '../predicate/print-predicate.ts'
import { findField } from '../predicate/resolve-path.ts'
import { mapOf, valueRange, type RuleBlock } from './rule-block.ts'

const REFERENCE = /^\$(?:now|(?:user|context)\.\w+)$/

export function readPresets(block: RuleBlock): readonly Preset[] | undefined {
  if (!block.values.has('set')) return undefined
  const values = mapOf(block.values.get('set'))
  if (values === undefined) {
    block.problems.error('bad-value', valueRange(block, 'set'), '`set` expects `field: value`')
    return undefined
  }
  const presets: Preset[] = []
  for (const [key, value] of values) {
    const { entity } = block
    const field = entity === undefined ? undefined : findField(entity, key)
    if (entity !== undefined && field === undefined) {
      const known = [...entity.fields.values()].map(({ column }) => column)
      const at = block.source.at([...block.path, 'set', key], 'key')
      const message = `\`${entity.name}\` has no field \`${key}\``
      block.problems.error('unknown-field', at, message, suggestHint(key, known))
    }
    const preset = field === undefined ? undefined : readPreset(block, key, field, value)
    if (preset !== undefined) presets.push(preset)
  }
  return presets
}

function readPreset(
  block: RuleBlock,
  key: string,
  field: Field,
  value: unknown,
): Preset | undefined {
  // Its type is a fault of its own.
  if (block.entity?.untyped?.has(field.name) === true) return undefined
  const at = valueRange(block, 'set', key)
  if (field.generated || field.autoUpdate) {
    const message = `\`${field.column}\` is filled by the client, so that nothing else may set it`
    block.problems.error('not-applicable', at, message)
    return undefined
  }
  if (value === null) {
    if (field.nullable) return { field: field.name, value: { kind: 'literal', value } }
    block.problems.error('bad-value', at, `\`${field.column}\` is never null`)
    return undefined
  }
  const text = printValue(value)
  if (text === undefined || field.type === 'json') {
    const hint = 'a literal, `$user.<claim>`, `$context.<name>` or `$now`'
    block.problems.error('bad-value', at, `\`${field.column}\` cannot be set to this`, hint)
    return undefined
  }
  const operand = readOperand(block, key, field, text)
  return operand === undefined ? undefined : { field: field.name, value: operand }
}

/** The rules for what fits a field are those of a comparison with it. */
function readOperand(
  block: RuleBlock,
  key: string,
  field: Field,
  text: string,
): Preset['value'] | undefined {
  const { entities, claims } = block.scope
  const { predicate, problems } = checkPredicate(`${printName(field.name)} = ${text}`, {
    entity: block.entity,
    entities,
    claims,
  })
  for (const { code, message, hint } of problems)
    block.problems.error(code, valueRange(block, 'set', key), message, hint)
  return predicate?.kind === 'compare' ? asPreset(predicate.right) : undefined
}

function asPreset(operand: RuleOperand): Preset['value'] | undefined {
  switch (operand.kind) {
    case 'literal':
      return operand
    case 'now':
      return { kind: 'now' }
    case 'user':
    case 'context':
      return { kind: operand.kind, name: operand.name }
    default:
      return undefined
  }
}

function printValue(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') return undefined
  if (!value.startsWith('$')) return printText(value)
  return REFERENCE.test(value) ? value : undefined
}

// `fields` and `writable_fields` of a rule.
import { suggestHint } from '../diagnostic/suggest.ts'
import type { Action, FieldRule } from '../model/rule.ts'
import { findField } from '../predicate/resolve-path.ts'
import { keyRange, mapOf, readNames, type RuleBlock } from './rule-block.ts'

type Use = keyof FieldRule

/** The action a use belongs to; the uses of reading count for `list` as well. */
const USES: ReadonlyMap<Use, readonly Action[]> = new Map<Use, readonly Action[]>([
  ['read', ['read', 'list']],
  ['filter', ['read', 'list']],
  ['sort', ['read', 'list']],
  ['aggregate', ['read', 'list']],
  ['create', ['create']],
  ['update', ['update']],
])
const WRITES: readonly Use[] = ['create', 'update']

/** Undefined where the rule lets every field through. */
export function readFieldRule(block: RuleBlock): FieldRule | undefined {
  const rule = new Map<Use, readonly string[]>()
  for (const key of ['fields', 'writable_fields']) {
    if (!block.values.has(key)) continue
    const value = block.values.get(key)
    const byUse = key === 'fields' ? mapOf(value) : undefined
    if (byUse === undefined) readPlain(block, key, value, rule)
    else readByUse(block, byUse, rule)
  }
  return rule.size === 0 ? undefined : Object.fromEntries(rule)
}

/** A plain list: every use that the rule's actions have. */
function readPlain(
  block: RuleBlock,
  key: string,
  value: unknown,
  rule: Map<Use, readonly string[]>,
): void {
  const fields = readFields(block, value, [key])
  const uses = [...USES.keys()].filter((use) => isUsed(block, use))
  const fitting = key === 'fields' ? uses : uses.filter((use) => WRITES.includes(use))
  if (fitting.length === 0 && block.actions.length > 0)
    warnUnused(block, key, `\`${key}\` says nothing about ${block.actions.join(' and ')}`)
  for (const use of fitting) rule.set(use, fields)
}

function readByUse(
  block: RuleBlock,
  uses: ReadonlyMap<string, unknown>,
  rule: Map<Use, readonly string[]>,
): void {
  for (const [key, value] of uses) {
    const use = [...USES.keys()].find((one) => one === key)
    const fields = readFields(block, value, ['fields', key])
    if (use === undefined) {
      const at = block.source.at([...block.path, 'fields', key], 'key')
      const hint = suggestHint(key, USES.keys())
      block.problems.error('unknown-key', at, `fields have no use \`${key}\``, hint)
    } else if (isUsed(block, use)) rule.set(use, fields)
    else if (block.actions.length > 0)
      block.problems.warn(
        'has-no-effect',
        block.source.at([...block.path, 'fields', key], 'key'),
        `the rule is about ${block.actions.join(' and ')}, so \`${key}\` has no effect`,
      )
  }
}

function readFields(
  block: RuleBlock,
  value: unknown,
  path: readonly (string | number)[],
): readonly string[] {
  const { entity } = block
  const fields = new Set<string>()
  for (const { name, at } of readNames(block, value, path, 'fields')) {
    if (entity === undefined) continue
    const field = findField(entity, name)
    if (field !== undefined) fields.add(field.name)
    else {
      const known = [...entity.fields.values()].map(({ column }) => column)
      const message = `\`${entity.name}\` has no field \`${name}\``
      block.problems.error('unknown-field', at, message, suggestHint(name, known))
    }
  }
  return [...fields]
}

function isUsed({ actions }: RuleBlock, use: Use): boolean {
  return (USES.get(use) ?? []).some((action) => actions.includes(action))
}

export function warnUnused(block: RuleBlock, key: string, message: string): void {
  block.problems.warn('has-no-effect', keyRange(block, key), message)
}

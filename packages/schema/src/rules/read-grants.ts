// Who a rule is for. Each key that names somebody is an alternative of its own.
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import { suggest, suggestHint } from '../diagnostic/suggest.ts'
import { keyRange, readNames, valueRange, type RuleBlock } from './rule-block.ts'

export interface Grant {
  /** Exactly these; absent: everybody, signed in or not. */
  readonly roles?: readonly string[]
  readonly self?: true
  readonly system?: true
  readonly at: SourceRange
}

const WHO_KEYS: readonly string[] = ['public', 'self', 'system', 'min_level', 'role']
/** Keys of the full form of a rule, which without a role is for everybody. */
const FULL_KEYS: readonly string[] = ['row_level_filter', 'check', 'set', 'cascade', 'effect']
const SHORT_KEYS: readonly string[] = ['row_level', 'fields', 'writable_fields']
/** Beside those of an acl; the last two are for people. */
const POLICY_KEYS: readonly string[] = ['entity', 'operations', 'name', 'description']

/** The alternatives of a block, in the order of the text; keys that say nothing are reported. */
export function readGrants(block: RuleBlock): readonly Grant[] {
  const grants: Grant[] = []
  let named = false
  for (const [key, value] of block.values) {
    if (isModifier(block, key)) continue
    named = true
    const grant = readGrant(block, key, value)
    if (grant !== undefined) grants.push(grant)
  }
  if (named) return grants
  if (block.source.kind === 'policy' || isFullForm(block)) return [{ at: valueRange(block) }]
  block.problems.warn(
    'grants-nothing',
    valueRange(block),
    'nobody is named here, so nothing is granted',
    'name a role, `self`, `system` or `public`',
  )
  return []
}

function isModifier({ source }: RuleBlock, key: string): boolean {
  if (source.kind === 'policy' && POLICY_KEYS.includes(key)) return true
  return FULL_KEYS.includes(key) || SHORT_KEYS.includes(key)
}

function isFullForm({ values }: RuleBlock): boolean {
  const fields = values.get('fields')
  const byUse = typeof fields === 'object' && fields !== null && !Array.isArray(fields)
  return byUse || FULL_KEYS.some((key) => values.has(key))
}

function readGrant(block: RuleBlock, key: string, value: unknown): Grant | undefined {
  const at = keyRange(block, key)
  const { above } = block.scope.roles
  if (key === 'role') return readRoles(block, value, at)
  if (key === 'min_level') return readLevel(block, value, at)
  if (!WHO_KEYS.includes(key) && !above.has(key)) {
    reportUnknownKey(block, key, value)
    return undefined
  }
  if (typeof value !== 'boolean') {
    const message = `\`${key}\` is true or false`
    block.problems.error('bad-value', valueRange(block, key), message)
    return undefined
  }
  if (!value) return undefined
  if (key === 'self') return { self: true, at }
  if (key === 'system') return { system: true, at }
  return key === 'public' ? { at } : { roles: above.get(key) ?? [], at }
}

function readRoles(block: RuleBlock, value: unknown, at: SourceRange): Grant | undefined {
  const names = readNames(block, value, ['role'], 'roles')
  const { above, names: known } = block.scope.roles
  for (const { name, at: place } of names)
    if (!above.has(name)) {
      const hint = name === 'system' ? 'write `system: true`' : suggestHint(name, known)
      block.problems.error('unknown-role', place, `there is no role \`${name}\``, hint)
    }
  const roles = [...new Set(names.map(({ name }) => name))].filter((name) => above.has(name))
  return roles.length === 0 ? undefined : { roles, at }
}

function readLevel(block: RuleBlock, value: unknown, at: SourceRange): Grant | undefined {
  const { above, names } = block.scope.roles
  const role = typeof value === 'number' ? names[value] : undefined
  if (role === undefined) {
    const last = names.length - 1
    const message = `\`min_level\` is a step of the ladder, 0 (${names[0] ?? ''}) to ${last} (${names[last] ?? ''})`
    block.problems.error('bad-value', valueRange(block, 'min_level'), message)
    return undefined
  }
  return role === 'public' ? { at } : { roles: above.get(role) ?? [], at }
}

/** A word with true or false beside it was meant for a role, unless a key is nearer. */
function reportUnknownKey(block: RuleBlock, key: string, value: unknown): void {
  const { names } = block.scope.roles
  const policyKeys = block.source.kind === 'policy' ? POLICY_KEYS : []
  const keys = [...WHO_KEYS, ...SHORT_KEYS, ...FULL_KEYS, ...policyKeys]
  const near = suggest(key, [...names, ...keys])
  const isRole = near === undefined ? typeof value === 'boolean' : names.includes(near)
  const hint =
    near === undefined ? suggestHint(key, isRole ? names : keys) : `did you mean \`${near}\`?`
  const message = isRole ? `there is no role \`${key}\`` : `unknown key \`${key}\` in a rule`
  block.problems.error(isRole ? 'unknown-role' : 'unknown-key', keyRange(block, key), message, hint)
}

// Everything that says who may do what (acl in its short forms, the full form of a rule, policies) in one form.
// How rules combine (deny, require, roles of a principal) is left to the policy package.
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { Problems } from '../diagnostic/problems.ts'
import { suggestHint } from '../diagnostic/suggest.ts'
import type { AccessRule, Action } from '../model/rule.ts'
import { checkAllowedCycles } from './allowed-cycles.ts'
import { readAclAction, readPolicyActions } from './read-actions.ts'
import { readFieldRule, warnUnused } from './read-field-rule.ts'
import { readGrants } from './read-grants.ts'
import { readPresets } from './read-presets.ts'
import { joinPredicates, readRulePredicates } from './read-rule-predicates.ts'
import { mapOf, readChoice, valueRange, type RuleBlock } from './rule-block.ts'
import type { RuleScope, RuleSource } from './rule-source.ts'

const EFFECTS = ['grant', 'deny', 'require'] as const
const CASCADES = ['check', 'system'] as const
/** Keys that need to know the fields: a rule for every entity with one of them becomes a rule for each. */
const ROW_KEYS: readonly string[] = [
  'self',
  'row_level',
  'row_level_filter',
  'check',
  'fields',
  'writable_fields',
  'set',
]

/** Access rules in the order of their sources, and what is wrong with them by file and position. Never throws. */
export function normaliseRules(
  sources: readonly RuleSource[],
  scope: RuleScope,
): { readonly rules: readonly AccessRule[]; readonly problems: readonly Diagnostic[] } {
  const problems = new Problems()
  const listed = new Set(
    sources.flatMap(({ kind, entity, action }) =>
      kind === 'acl' && action === 'list' ? [entity] : [],
    ),
  )
  const rules = sources.flatMap((source) =>
    source.kind === 'acl'
      ? readAcl(source, scope, problems, listed.has(source.entity))
      : readPolicy(source, scope, problems),
  )
  for (const found of checkAllowedCycles(rules, scope.entities)) problems.add(found)
  return { rules, problems: problems.sorted() }
}

function readAcl(
  source: RuleSource,
  scope: RuleScope,
  problems: Problems,
  hasList: boolean,
): readonly AccessRule[] {
  const actions = readAclAction({ source, problems }, hasList)
  const name = source.entity ?? ''
  if (source.value === false) {
    const never = { id: `${source.id}.0`, entity: name, actions, effect: 'never' } as const
    return actions.length === 0 ? [] : [{ ...never, source: source.at([]) }]
  }
  const items: readonly unknown[] = Array.isArray(source.value) ? source.value : [source.value]
  const rules = items.flatMap((value: unknown, index) => {
    const path = Array.isArray(source.value) ? [index] : []
    const values = mapOf(value)
    if (values === undefined) {
      const hint = shortHint(value)
      problems.error(
        'bad-value',
        source.at(path),
        'an action expects who may do it, or `false`',
        hint,
      )
      return []
    }
    const entity = scope.entities.get(name)
    return readBlock({ source, scope, problems, path, values, entity, actions }, name)
  })
  return rules.map((rule, index) => ({ ...rule, id: `${source.id}.${index}` }))
}

function shortHint(value: unknown): string | undefined {
  if (value === true) return 'write `{ public: true }`'
  return typeof value === 'string' && /^\w+$/.test(value)
    ? `write \`{ ${value}: true }\``
    : undefined
}

function readPolicy(
  source: RuleSource,
  scope: RuleScope,
  problems: Problems,
): readonly AccessRule[] {
  const values = mapOf(source.value)
  if (values === undefined) {
    problems.error('bad-value', source.at([]), 'a rule is a mapping')
    return []
  }
  const name = values.get('entity')
  const draft = { source, scope, problems, path: [], values, entity: undefined }
  const effect = EFFECTS.find((one) => one === values.get('effect')) ?? 'grant'
  const actions = readPolicyActions(draft, effect)
  if (name === '*') return readForEvery({ ...draft, actions })
  const entity = typeof name === 'string' ? scope.entities.get(name) : undefined
  if (entity === undefined) reportEntity({ ...draft, actions }, name)
  const rules = readBlock({ ...draft, entity, actions }, entity?.name ?? '')
  return entity === undefined ? [] : numbered(rules, source.id)
}

function reportEntity(block: RuleBlock, name: unknown): void {
  const { problems, scope } = block
  if (name === undefined)
    problems.error('missing-key', valueRange(block), 'a rule needs `entity`', 'an entity, or `"*"`')
  else if (typeof name !== 'string')
    problems.error('bad-value', valueRange(block, 'entity'), '`entity` is a name, or `"*"`')
  else
    problems.error(
      'unknown-entity',
      valueRange(block, 'entity'),
      `there is no entity \`${name}\``,
      suggestHint(name, scope.entities.keys()),
    )
}

/** One rule for `*` where nothing in it depends on the entity, else one for each. */
function readForEvery(block: RuleBlock): readonly AccessRule[] {
  const { scope, problems, source } = block
  if (!ROW_KEYS.some((key) => block.values.has(key)))
    return numbered(readBlock(block, '*'), source.id)
  const seen = new Set<string>()
  return [...scope.entities.values()].flatMap((entity) => {
    const own = new Problems()
    const rules = readBlock({ ...block, problems: own, entity }, entity.name)
    for (const found of own.sorted()) {
      // The same fault in every entity is one fault of the rule.
      const key = `${found.line}:${found.column}:${found.code}`
      if (!seen.has(key)) problems.add(found)
      seen.add(key)
    }
    return numbered(rules, `${source.id}.${entity.name}`)
  })
}

function numbered(rules: readonly AccessRule[], id: string): readonly AccessRule[] {
  if (rules.length === 1) return rules.map((rule) => ({ ...rule, id }))
  return rules.map((rule, index) => ({ ...rule, id: `${id}.${index}` }))
}

/** The alternatives of one mapping; ids are given by the caller. */
function readBlock(block: RuleBlock, entity: string): readonly AccessRule[] {
  const { actions, values } = block
  const effect = readChoice(block, 'effect', EFFECTS) ?? 'grant'
  const cascade = readChoice(block, 'cascade', CASCADES)
  const grants = readGrants(block)
  const predicates = readRulePredicates(block)
  const fields = readFieldRule(block)
  const set = readPresets(block)
  reportUnused(block)
  if (effect !== 'grant' && values.get('system') === true)
    warnUnused(block, 'system', `\`${effect}\` never binds the system principal`)
  if (actions.length === 0) return []
  return grants.map((grant) => ({
    id: block.source.id,
    entity,
    actions,
    effect,
    ...(grant.roles === undefined ? {} : { roles: grant.roles }),
    ...(grant.system === true ? { system: true } : {}),
    ...joinPredicates(block, grant, grants, predicates),
    ...(fields === undefined ? {} : { fields }),
    ...(set === undefined || set.length === 0 ? {} : { set }),
    ...(cascade === undefined ? {} : { cascade }),
    source: grant.at,
  }))
}

const NEEDS: readonly (readonly [key: string, actions: readonly Action[], what: string])[] = [
  ['check', ['create', 'update'], 'the row as it will be'],
  ['set', ['create', 'update'], 'what is written'],
  ['cascade', ['delete'], 'what is deleted'],
]

function reportUnused(block: RuleBlock): void {
  if (block.actions.length === 0) return
  for (const [key, actions, what] of NEEDS)
    if (block.values.has(key) && !block.actions.some((action) => actions.includes(action)))
      warnUnused(
        block,
        key,
        `\`${key}\` is about ${what}, and the rule is about ${block.actions.join(' and ')}`,
      )
}

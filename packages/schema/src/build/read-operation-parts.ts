// The parts of an operation that name something elsewhere: verbs, error codes, rules, claims.
import type { Problems } from '../diagnostic/problems.ts'
import { suggest, suggestHint } from '../diagnostic/suggest.ts'
import type { Claim } from '../model/model.ts'
import type { BuiltIn, InputSpec, OperationSpec, RateLimit } from '../model/operation-spec.ts'
import { findRuleFamily } from '../model/rule-family.ts'
import { camelCase, snakeCase } from '../naming/camel-case.ts'
import {
  childOf,
  entriesOf,
  itemsOf,
  numberOf,
  stringOf,
  stringsOf,
  textOf,
  type SpecNode,
} from '../source/spec-node.ts'
import type { Workspace } from './workspace.ts'
import type { DraftEntity } from './draft.ts'
import { defaultVerbs } from './standard-operation.ts'

const ACTIONS: readonly string[] = ['create', 'read', 'update', 'delete', 'list']
const WRITES: readonly string[] = ['create', 'update', 'delete']

/**
 * `["page:create"]`. The word before the colon is an entity in any case, or a label: part of the name of the
 * operation's own entity, as `page` is of `PageView`. Without it the own entity is meant.
 */
export function readVerbs(
  node: SpecNode,
  entity: DraftEntity,
  builtIn: BuiltIn | undefined,
  workspace: Workspace,
  problems: Problems,
): { entity: string; action: string }[] {
  return stringsOf(node).flatMap(({ value, node: item }) => {
    const [first = '', second] = value.split(':').map((part) => part.trim())
    const word = second ?? first
    const found = second === undefined ? entity.name : findEntityName(first, workspace)
    if (found === undefined && !workspace.unread.has(first) && !isPartOf(first, entity.name))
      problems.warn(
        'unknown-entity',
        item.range,
        `there is no entity \`${first}\`: the acl of \`${entity.name}\` decides`,
        suggestHint(first, [...workspace.entities.keys()].map(camelCase)),
      )
    const actions = word === 'write' ? writesOf(builtIn) : ACTIONS.includes(word) ? [word] : []
    if (actions.length === 0)
      problems.error(
        'unknown-action',
        item.range,
        `\`${word}\` is no action of an acl`,
        suggestHint(word, ACTIONS),
      )
    return actions.map((action) => ({ entity: found ?? entity.name, action }))
  })
}

/** `write` is what a standard operation writes; of any other it is not known, so both must grant. */
function writesOf(builtIn: BuiltIn | undefined): readonly string[] {
  const own = builtIn === undefined ? [] : defaultVerbs(builtIn)
  const writes = own.filter((action) => WRITES.includes(action))
  return writes.length > 0 ? writes : ['create', 'update']
}

function foldName(text: string): string {
  return text.replace(/[_-]/g, '').toLowerCase()
}

function findEntityName(word: string, workspace: Workspace): string | undefined {
  for (const entity of workspace.entities.values())
    if ([entity.name, entity.accessor].some((name) => foldName(name) === foldName(word)))
      return entity.name
  return undefined
}

/** Whether a word, or a run of words, stands in a name: `component` and `node` in `ComponentNode`. */
function isPartOf(word: string, name: string): boolean {
  const words = snakeCase(name).split('_')
  return words.some((_, start) =>
    words.some((__, end) => words.slice(start, end + 1).join('') === foldName(word)),
  )
}

/** A list of `key: text`, of bare keys, or one mapping. */
function readPairs(
  node: SpecNode | undefined,
): { key: string; text: string; at: SpecNode['range'] }[] {
  const maps = node?.kind === 'map' ? [node] : itemsOf(node)
  return maps.flatMap((item) => {
    const bare = stringOf(item)
    if (bare !== undefined) return [{ key: bare, text: '', at: item.range }]
    return entriesOf(item).map(({ key, keyRange, node: text }) => ({
      key,
      text: textOf(text) === undefined ? '' : String(stringOf(text) ?? textOf(text)),
      at: keyRange,
    }))
  })
}

export function readErrors(
  node: SpecNode | undefined,
  known: ReadonlySet<string>,
  problems: Problems,
): OperationSpec['errors'][number][] {
  return readPairs(node).map(({ key, text, at }) => {
    if (!known.has(key))
      problems.error(
        'unknown-error-code',
        at,
        `there is no error code \`${key}\``,
        suggest(key, known) === undefined ? 'declare it in errors.yaml' : suggestHint(key, known),
      )
    return { code: key, message: text }
  })
}

/** Families have a built-in meaning, any other rule is registered in code; a near miss of a family is a warning. */
export function readValidation(
  node: SpecNode | undefined,
  entity: DraftEntity,
  problems: Problems,
): OperationSpec['validation'][number][] {
  return readPairs(node).map(({ key, text, at }) => {
    const word = /^(.+)_(?:unique|format|range)$/.exec(key)?.[1]
    if (word !== undefined && findRuleFamily(entity, key) === undefined) {
      const near = suggest(word, entity.fields.keys())
      if (near !== undefined)
        problems.warn(
          'unknown-field',
          at,
          `\`${entity.name}\` has no field \`${word}\`: \`${key}\` needs a registered rule`,
          `did you mean \`${key.replace(word, near)}\`?`,
        )
    }
    return { rule: key, message: text }
  })
}

export function readRateLimit(
  node: SpecNode | undefined,
  inputs: ReadonlyMap<string, InputSpec['type']>,
  claims: ReadonlyMap<string, Claim>,
  problems: Problems,
): RateLimit | undefined {
  const maxAttempts = numberOf(childOf(node, 'max_attempts'))
  const windowSeconds = numberOf(childOf(node, 'window_seconds'))
  if (maxAttempts === undefined || windowSeconds === undefined) return undefined
  const keyNode = childOf(node, 'key')
  const key = stringOf(keyNode)
  if (keyNode === undefined || key === undefined) return { maxAttempts, windowSeconds }
  const [, source, name = ''] = /^\$(input|user|context)\.([A-Za-z_]\w*)$/.exec(key) ?? []
  if (source === undefined)
    problems.error(
      'bad-value',
      keyNode.range,
      `\`${key}\` names nothing to count by`,
      'write `$input.<name>`, `$user.<claim>` or `$context.<name>`',
    )
  else if (source === 'input' && !inputs.has(camelCase(name)))
    problems.error(
      'unknown-input',
      keyNode.range,
      `this operation has no input \`${name}\``,
      suggestHint(name, inputs.keys()),
    )
  else if (source === 'user' && !claims.has(name))
    problems.error(
      'unknown-claim',
      keyNode.range,
      `there is no claim \`${name}\``,
      suggestHint(name, claims.keys()),
    )
  return { maxAttempts, windowSeconds, key }
}

export function readScalars(node: SpecNode | undefined): Record<string, boolean | string | number> {
  const scalars: Record<string, boolean | string | number> = {}
  for (const { key, node: value } of entriesOf(node))
    if (value.kind === 'scalar' && value.value !== null) scalars[key] = value.value
  return scalars
}

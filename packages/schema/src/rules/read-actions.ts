// Which actions a rule is about: the key of an acl, or the operations a policy lists.
import { suggestHint } from '../diagnostic/suggest.ts'
import type { AccessRule, Action } from '../model/rule.ts'
import { snakeCase } from '../naming/camel-case.ts'
import { readNames, valueRange, type RuleBlock } from './rule-block.ts'

const ACTIONS: readonly Action[] = ['create', 'read', 'update', 'delete', 'list']

/** The verbs that govern the standard operations. */
const VERBS: ReadonlyMap<string, readonly Action[]> = new Map<string, readonly Action[]>([
  ...ACTIONS.map((action): [string, readonly Action[]] => [action, [action]]),
  ['*', ACTIONS],
  ['create_many', ['create']],
  ['update_many', ['update']],
  ['delete_many', ['delete']],
  ['upsert', ['create', 'update']],
  ['reorder', ['update']],
  ['move', ['update']],
  ['search', ['list']],
  ['count', ['list']],
  ['aggregate', ['list']],
  ['get_tree', ['list']],
])
const FAMILIES: readonly (readonly [prefix: string, action: Action])[] = [
  ['read_by_', 'read'],
  ['get_by_', 'list'],
  ['list_by_', 'list'],
]

/** The verbs a word stands for: an action, or a standard operation in either spelling. */
function verbsOf(word: string): readonly Action[] | undefined {
  const operation = word === '*' ? word : snakeCase(word)
  const family = FAMILIES.find(([prefix]) => operation.startsWith(prefix))
  return VERBS.get(operation) ?? (family === undefined ? undefined : [family[1]])
}

function isAction(word: string): word is Action {
  return ACTIONS.some((action) => action === word)
}

/** The action of an acl key; `read` stands for `list` too where the acl says nothing of `list`. */
export function readAclAction(
  block: Pick<RuleBlock, 'source' | 'problems'>,
  hasList: boolean,
): readonly Action[] {
  const word = block.source.action ?? ''
  if (isAction(word)) return word === 'read' && !hasList ? ['read', 'list'] : [word]
  const governing = verbsOf(word)
  const hint =
    governing === undefined
      ? suggestHint(word, ACTIONS)
      : `\`${word}\` is governed by \`${governing.join('` and `')}\``
  const at = block.source.at([], 'key')
  block.problems.error('unknown-action', at, `there is no action \`${word}\` in an acl`, hint)
  return []
}

/**
 * The actions of a policy's `operations`. They are taken at their word, except that what denies or fences `read`
 * does the same to `list`: a row that may not be read must not come out of a list.
 */
export function readPolicyActions(
  block: Omit<RuleBlock, 'actions'>,
  effect: AccessRule['effect'],
): readonly Action[] {
  const { values, problems } = block
  if (!values.has('operations')) {
    const at = valueRange({ ...block, actions: [] })
    problems.error('missing-key', at, 'a rule needs `operations`', `known: ${ACTIONS.join(', ')}`)
    return []
  }
  const whole = { ...block, actions: [] }
  const names = readNames(whole, values.get('operations'), ['operations'], 'operations')
  const found = new Set<Action>()
  for (const { name, at } of names) {
    const verbs = verbsOf(name)
    if (verbs === undefined)
      problems.error(
        'unknown-action',
        at,
        `there is no standard operation \`${name}\``,
        suggestHint(name, ACTIONS),
      )
    for (const verb of verbs ?? []) found.add(verb)
  }
  if (effect !== 'grant' && found.has('read')) found.add('list')
  return ACTIONS.filter((action) => found.has(action))
}

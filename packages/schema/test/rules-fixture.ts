// Rules written as YAML, normalised against the entities of predicate-fixture.ts.
import { Problems } from '../src/diagnostic/problems.ts'
import type { RoleLadder } from '../src/model/model.ts'
import type { AccessRule } from '../src/model/rule.ts'
import { printRule } from '../src/compare/compare-rules.ts'
import { normaliseRules } from '../src/rules/normalise-rules.ts'
import type { RuleEntity, RuleScope, RuleSource } from '../src/rules/rule-source.ts'
import { parseDocuments } from '../src/source/parse-documents.ts'
import { entriesOf, itemsOf, locate, plainValue, type SpecNode } from '../src/source/spec-node.ts'
import { claims, entities } from './predicate-fixture.ts'

const NAMES = ['public', 'user', 'moderator', 'admin']
const ladder: RoleLadder = {
  names: NAMES,
  above: new Map(NAMES.map((name, step) => [name, NAMES.slice(step)])),
}
export const graph: RoleLadder = {
  names: ['public', 'patron', 'clerk', 'buyer', 'manager'],
  above: new Map([
    ['public', ['public', 'patron', 'clerk', 'buyer', 'manager']],
    ['patron', ['patron', 'clerk', 'buyer', 'manager']],
    ['clerk', ['clerk', 'manager']],
    ['buyer', ['buyer', 'manager']],
    ['manager', ['manager']],
  ]),
}

const owners: Readonly<Record<string, RuleEntity['owner'] & object>> = {
  User: { field: 'id', claim: 'id' },
  Page: { field: 'ownerId', claim: 'id' },
}

export const scope: RuleScope = {
  entities: new Map(
    [...entities].map(([name, shape]) => {
      const owner = owners[name]
      const entity = { ...shape, principal: name === 'User' }
      return [name, owner === undefined ? entity : { ...entity, owner }]
    }),
  ),
  roles: ladder,
  claims,
  predicateAt: (value, _, offset, length) => ({
    ...value,
    column: value.column + offset,
    endColumn: value.column + offset + length,
  }),
}

/** The same with another owner of Page; none where it is undefined. */
export function withOwner(owner: RuleEntity['owner']): RuleScope {
  const page = scope.entities.get('Page')!
  const { owner: _, ...bare } = page
  const changed = owner === undefined ? bare : { ...bare, owner }
  return { ...scope, entities: new Map([...scope.entities, ['Page', changed]]) }
}

export interface Normalised {
  readonly rules: readonly AccessRule[]
  /** `code «the text it points at»`, `warning:` before it where it is one. */
  readonly problems: readonly string[]
  readonly hints: readonly (string | undefined)[]
}

/** An acl of Page: `read: { self: true }`. */
export function readAcl(text: string, using = scope, entity = 'Page'): Normalised {
  return normalise(text, using, (root) =>
    entriesOf(root).map(({ key, keyRange, node }) => ({
      kind: 'acl',
      entity,
      action: key,
      value: plainValue(node),
      id: `acl:${entity}.${key}`,
      at: (path, what) =>
        path.length === 0 && what === 'key' ? keyRange : locate(node, path, what),
    })),
  )
}

/** A list of rules of a policies file. */
export function readPolicies(text: string, using = scope): Normalised {
  return normalise(text, using, (root) =>
    itemsOf(root).map((node, index) => ({
      kind: 'policy',
      value: plainValue(node),
      id: `policy:p.yaml#${index + 1}`,
      at: (path, what) => locate(node, path, what),
    })),
  )
}

function normalise(
  text: string,
  using: RuleScope,
  sourcesOf: (root: SpecNode) => readonly RuleSource[],
): Normalised {
  const problems = new Problems()
  const [document] = parseDocuments({ path: 'rules.yaml', text }, problems)
  if (document === undefined || problems.sorted().length > 0) throw new Error(`no YAML: ${text}`)
  const { rules, problems: found } = normaliseRules(sourcesOf(document.root), using)
  const lines = text.split('\n')
  return {
    rules,
    problems: found.map(({ severity, code, line, column, endLine, endColumn }) => {
      const end = endLine === undefined || endLine === line ? endColumn : undefined
      const words = lines[line - 1]?.slice(column - 1, end === undefined ? undefined : end - 1)
      return `${severity === 'warning' ? 'warning:' : ''}${code} «${words ?? ''}»`
    }),
    hints: found.map(({ hint }) => hint),
  }
}

/** `id: actions: what it says` of every rule; the text is that of its first action. */
export function brief({ rules }: Normalised): readonly string[] {
  return rules.map((rule) => {
    const [text = ''] = rule.actions.map((action) => printRule(rule, action))
    return `${rule.id}: ${rule.actions.join('+')}: ${text}`
  })
}

// Who may do what: the owners that `self` needs, and every acl and policy handed over as plain values with places.
import type { Diagnostic, SourceRange } from '../diagnostic/diagnostic.ts'
import type { Problems } from '../diagnostic/problems.ts'
import type { Claim, Model, RoleLadder } from '../model/model.ts'
import { normaliseRules } from '../rules/normalise-rules.ts'
import type { RuleEntity, RuleScope, RuleSource } from '../rules/rule-source.ts'
import type { SpecDocument } from '../source/parse-documents.ts'
import type { SourceTexts } from '../source/source-text.ts'
import {
  childOf,
  entriesOf,
  itemsOf,
  locate,
  nodeAt,
  plainValue,
  stringOf,
  type SpecNode,
  type SpecScalar,
} from '../source/spec-node.ts'
import { findOwner, warnAboutOwner } from './build-owner.ts'
import type { Workspace } from './workspace.ts'
import type { DraftEntity } from './draft.ts'
import { shapeOf } from './read-predicate.ts'

export interface RuleParts {
  readonly workspace: Workspace
  readonly policies: readonly SpecDocument[]
  readonly roles: RoleLadder
  readonly claims: ReadonlyMap<string, Claim>
  readonly principal: DraftEntity | undefined
}

/** The rules of the workspace; sets each entity's owner as well. */
export function buildRules(
  parts: RuleParts,
  texts: SourceTexts,
  problems: Problems,
): Model['rules'] {
  const { workspace, policies, roles, claims } = parts
  for (const draft of workspace.drafts) {
    const owner = findOwner(draft, parts.principal, problems)
    if (owner !== undefined) draft.owner = owner
    warnAboutOwner(draft, problems)
  }
  const places = new Places()
  const scope: RuleScope = {
    entities: new Map([...workspace.entities].map(([name, draft]) => [name, ruleEntity(draft)])),
    roles,
    claims,
    predicateAt: (value, _text, offset, length) => {
      const scalar = places.scalarAt(value)
      return scalar === undefined ? value : texts.rangeInside(scalar, offset, length)
    },
  }
  const own = [...workspace.entities.values()].flatMap((draft) => aclSources(draft, places))
  const { rules, problems: found } = normaliseRules(
    [...own, ...policySources(policies, workspace.unread, places)],
    scope,
  )
  addProblems([...found, ...otherProblems(workspace, scope, places)], problems)
  return rules
}

/** Remembers which scalar a range was given for, so that places inside it can be found. */
class Places {
  readonly #scalars = new WeakMap<SourceRange, SpecScalar>()

  at(root: SpecNode, path: readonly (string | number)[], what: 'key' | 'value'): SourceRange {
    const node = what === 'value' ? nodeAt(root, path) : undefined
    if (node === undefined) return locate(root, path, what)
    if (node.kind === 'scalar') this.#scalars.set(node.range, node)
    return node.range
  }

  scalarAt(range: SourceRange): SpecScalar | undefined {
    return this.#scalars.get(range)
  }
}

function ruleEntity(draft: DraftEntity): RuleEntity {
  const { principal, owner } = draft
  return { ...shapeOf(draft), principal, ...(owner === undefined ? {} : { owner }) }
}

function aclSources(draft: DraftEntity, places: Places): RuleSource[] {
  return entriesOf(childOf(draft.node, 'acl')).map(({ key, keyRange, node }) => ({
    kind: 'acl',
    entity: draft.name,
    action: key,
    value: plainValue(node),
    id: `acl:${draft.name}.${key}`,
    at: (path, what = 'value') =>
      path.length === 0 && what === 'key' ? keyRange : places.at(node, path, what),
  }))
}

function policySources(
  documents: readonly SpecDocument[],
  unread: ReadonlySet<string>,
  places: Places,
): RuleSource[] {
  const counts = new Map<string, number>()
  return documents.flatMap(({ file, root }) =>
    itemsOf(childOf(root, 'rules')).flatMap((node): RuleSource[] => {
      const count = (counts.get(file) ?? 0) + 1
      counts.set(file, count)
      if (unread.has(stringOf(childOf(node, 'entity')) ?? '')) return []
      return [
        {
          kind: 'policy',
          value: plainValue(node),
          id: `policy:${file.replace(/^policies\//, '')}#${count}`,
          at: (path, what = 'value') => places.at(node, path, what),
        },
      ]
    }),
  )
}

/** Of an entity declared twice the second has no rules, but its faults are faults. */
function otherProblems(workspace: Workspace, scope: RuleScope, places: Places): Diagnostic[] {
  return workspace.drafts.flatMap((draft) => {
    if (workspace.entities.get(draft.name) === draft) return []
    const entities = new Map([...scope.entities, [draft.name, ruleEntity(draft)]])
    return [...normaliseRules(aclSources(draft, places), { ...scope, entities }).problems]
  })
}

/** What the shape of a document already said is no second fault. */
function addProblems(found: readonly Diagnostic[], problems: Problems): void {
  for (const problem of found) if (!problems.hasErrorAt(problem)) problems.add(problem)
}

// Foreign keys to relations in both directions. Names that a spec gives come before names that follow from a rule,
// and own directions before inverses, so that adding an entity renames nothing.
import type { Problems } from '../diagnostic/problems.ts'
import { isPrototypeName } from '../naming/prototype-name.ts'
import { demandNoPrototype } from './demand-no-prototype.ts'
import { camelCase } from '../naming/camel-case.ts'
import { childOf, stringOf } from '../source/spec-node.ts'
import type { DraftEntity } from './draft.ts'
import { readLink, type Link } from './read-foreign-key.ts'
import { warnIgnored } from './warn-ignored.ts'
import type { Workspace } from './workspace.ts'

const IGNORED = {
  relations: 'a relation and its inverse come from a `foreign_key`: give the field one',
}

export function buildRelations(workspace: Workspace, problems: Problems): void {
  for (const { node } of workspace.drafts) warnIgnored(node, IGNORED, problems)
  const links = workspace.drafts.flatMap((entity) =>
    [...entity.fields.values()].flatMap(
      (field) => readLink(entity, field, workspace, problems) ?? [],
    ),
  )
  const taken = new Map(
    workspace.drafts.map((entity) => [entity, new Set(entity.fields.keys())] as const),
  )
  nameRelations(links, taken, problems)
  const isOwn = ({ entity }: Link): boolean => workspace.entities.get(entity.name) === entity
  nameInverses(links.filter(isOwn), taken, problems)
  for (const link of links) if (!isOwn(link)) addOwn(link, '')
  // An entity declared twice is reached by its first declaration, and knows the same inverses.
  for (const draft of workspace.drafts)
    for (const [name, relation] of workspace.entities.get(draft.name)?.relations ?? [])
      if (!relation.owning && !draft.relations.has(name)) draft.relations.set(name, relation)
}

function nameRelations(
  links: readonly Link[],
  taken: ReadonlyMap<DraftEntity, Set<string>>,
  problems: Problems,
): void {
  const [given, derived] = split(links, 'name')
  for (const link of [...given, ...derived]) {
    const at = childOf(link.node, 'name')
    const candidates = at === undefined ? derivedNames(link) : [camelCase(stringOf(at) ?? '')]
    const name = claim(candidates, taken.get(link.entity))
    if (name === undefined) {
      const wanted = candidates.at(-1) ?? ''
      problems.error(
        'relation-name-taken',
        at?.range ?? link.field.at,
        `the relation of \`${link.field.spec.column}\` would be called \`${wanted}\`, which \`${link.entity.name}\` already has`,
        'name it: `foreign_key: { .., name: .. }`',
      )
    }
    demandNoPrototype(name ?? '', at?.range ?? link.field.at, problems)
    link.name = name ?? ''
  }
}

function derivedNames(link: Link): string[] {
  const { column } = link.field.spec
  const stripped = camelCase(column.replace(/_?(?:Id|ID|_id)$/, ''))
  const fallback = camelCase(link.targetName)
  const isTaken = stripped === '' || isPrototypeName(stripped) || link.entity.fields.has(stripped)
  return isTaken ? [fallback] : [stripped]
}

function nameInverses(
  links: readonly Link[],
  taken: ReadonlyMap<DraftEntity, Set<string>>,
  problems: Problems,
): void {
  const [given, derived] = split(links, 'inverse')
  for (const link of [...given, ...derived]) {
    const { end } = link
    if (link.name === '') continue
    if (end === undefined) {
      addOwn(link, '')
      continue
    }
    const at = childOf(link.node, 'inverse')
    const plural = link.entity.accessor
    const candidates =
      at === undefined
        ? [plural, `${plural}By${link.name.charAt(0).toUpperCase()}${link.name.slice(1)}`]
        : [camelCase(stringOf(at) ?? '')]
    const inverse = claim(candidates, taken.get(end.target))
    demandNoPrototype(inverse ?? '', at?.range ?? link.field.at, problems)
    if (inverse === undefined)
      problems.error(
        'relation-name-taken',
        at?.range ?? link.field.at,
        `the inverse of \`${link.entity.name}.${link.name}\` would be called \`${candidates.at(-1) ?? ''}\`, which \`${end.target.name}\` already has`,
        'name it: `foreign_key: { .., inverse: .. }`',
      )
    else addBoth(link, end, inverse)
  }
}

function split(links: readonly Link[], key: string): [Link[], Link[]] {
  const given = links.filter((link) => childOf(link.node, key) !== undefined)
  return [given, links.filter((link) => !given.includes(link))]
}

function claim(candidates: readonly string[], taken: Set<string> | undefined): string | undefined {
  const free = candidates.find((name) => name !== '' && taken?.has(name) === false)
  if (free !== undefined) taken?.add(free)
  return free
}

function addOwn(link: Link, inverse: string): void {
  const { entity, field, name, targetName, end } = link
  if (name === '') return
  entity.relations.set(name, {
    name,
    entity: entity.name,
    target: targetName,
    cardinality: 'one',
    owning: true,
    from: field.spec.name,
    to: end?.field.spec.name ?? '',
    inverse,
    optional: field.spec.nullable,
  })
}

function addBoth(link: Link, end: NonNullable<Link['end']>, inverse: string): void {
  const { entity, field, name } = link
  const alone = entity.uniques.some((list) => list.length === 1 && list[0] === field.spec.name)
  addOwn(link, inverse)
  end.target.relations.set(inverse, {
    name: inverse,
    entity: end.target.name,
    target: entity.name,
    cardinality: alone ? 'one' : 'many',
    owning: false,
    from: end.field.spec.name,
    to: field.spec.name,
    inverse: name,
    optional: alone,
  })
}

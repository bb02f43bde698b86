// Where operations come from: `operations/**` documents, each matched to its entity, and inline `operations:` blocks.
import type { Problems } from '../diagnostic/problems.ts'
import { pascalCase } from '../naming/camel-case.ts'
import type { SpecDocument } from '../source/parse-documents.ts'
import { childOf, entriesOf, entryOf, stringOf, type SpecEntry } from '../source/spec-node.ts'
import type { Workspace } from './workspace.ts'
import type { DraftEntity } from './draft.ts'
import { baseName } from './read-entity.ts'
import { reportUnknownEntity } from './report-unknown.ts'

/** The entries of every `operations:` that belongs to each entity, inline ones first. */
export function collectOperations(
  documents: readonly SpecDocument[],
  workspace: Workspace,
  problems: Problems,
): ReadonlyMap<DraftEntity, readonly SpecEntry[]> {
  const found = new Map<DraftEntity, SpecEntry[]>()
  for (const draft of workspace.drafts)
    found.set(draft, [...entriesOf(childOf(draft.node, 'operations'))])
  for (const document of documents) {
    const entity = findOwnEntity(document, workspace, problems)
    if (entity === undefined) continue
    found.get(entity)?.push(...entriesOf(childOf(document.root, 'operations')))
  }
  return found
}

function findOwnEntity(
  document: SpecDocument,
  workspace: Workspace,
  problems: Problems,
): DraftEntity | undefined {
  const named = entryOf(document.root, 'entity')
  const word = stringOf(named?.node)
  if (named !== undefined) {
    const entity = word === undefined ? undefined : workspace.entities.get(word)
    if (entity === undefined && word !== undefined && !workspace.unread.has(word))
      reportUnknownEntity(word, workspace.entities.keys(), named.node.range, problems)
    return entity
  }
  const base = baseName(document.file)
  const name = pascalCase(base)
  const siblings = [...workspace.entities.values()].filter(
    (entity) => baseName(entity.file) === base,
  )
  const near = siblings.filter((entity) => folderOf(entity.file) === folderOf(document.file))
  const [first, ...others] = near.length > 0 ? near : siblings
  const exact = siblings.find((entity) => entity.name === name)
  const own = exact ?? first ?? workspace.entities.get(name)
  if (exact === undefined && first !== undefined && others.length > 0)
    problems.error(
      'ambiguous-entity',
      { file: document.file, line: document.root.range.line, column: document.root.range.column },
      `these operations may belong to ${[first, ...others].map((entity) => `\`${entity.name}\``).join(' or ')}`,
      'name it: `entity: ..` at the top of the document',
    )
  if (own === undefined && !workspace.unread.has(name))
    problems.error(
      'unknown-entity',
      { file: document.file, line: document.root.range.line, column: document.root.range.column },
      `no entity belongs to this file: there is no \`${name}\` and no entities file called ${base}`,
      'name it: `entity: ..` at the top of the document',
    )
  return own
}

function folderOf(file: string): string {
  return file.split('/').slice(1, -1).join('/')
}

// The documents of `entities/` as drafts, and the names no two of them may share.
import type { Problems } from '../diagnostic/problems.ts'
import type { SpecDocument } from '../source/parse-documents.ts'
import { childOf } from '../source/spec-node.ts'
import type { DraftEntity } from './draft.ts'
import { readEntity } from './read-entity.ts'
import type { Workspace } from './workspace.ts'

/** @param unread Entities named by documents that could not be read. */
export function readEntities(
  documents: readonly SpecDocument[],
  unread: ReadonlySet<string>,
  problems: Problems,
): Workspace {
  const drafts = documents.map((document) => readEntity(document, problems))
  const first = new Map<string, DraftEntity>()
  const accessors = new Map<string, DraftEntity>()
  for (const draft of drafts) {
    const earlier = first.get(draft.name)
    if (earlier !== undefined) {
      problems.error(
        'duplicate-entity',
        draft.at,
        `\`${draft.name}\` is declared twice`,
        `the first is at ${earlier.file}:${earlier.at.line}`,
      )
      continue
    }
    first.set(draft.name, draft)
    const folded = draft.accessor.toLowerCase()
    const rival = accessors.get(folded)
    if (rival === undefined) accessors.set(folded, draft)
    else
      problems.error(
        'name-taken',
        childOf(draft.node, 'plural')?.range ?? draft.at,
        `\`${draft.name}\` and \`${rival.name}\` would share the accessor \`${draft.accessor}\``,
        'give one of them a `plural`',
      )
  }
  const byName = (a: DraftEntity, b: DraftEntity): number =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0
  const entities = new Map([...first.values()].sort(byName).map((draft) => [draft.name, draft]))
  return { drafts: drafts.sort(byName), entities, unread }
}

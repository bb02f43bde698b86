// A document of `entities/` that only lists the files of the others says nothing: all files are read.
import type { Problems } from '../diagnostic/problems.ts'
import type { SpecDocument } from '../source/parse-documents.ts'
import { entriesOf, entryOf, stringOf, type SpecNode } from '../source/spec-node.ts'
import { warnIgnored } from './warn-ignored.ts'

export function dropRegistries(
  documents: readonly SpecDocument[],
  problems: Problems,
): SpecDocument[] {
  return documents.filter(({ root }) => {
    if (!isRegistry(root)) return true
    warnIgnored(root, { entities: 'every file of `entities/` is read, listed or not' }, problems)
    return false
  })
}

/** `entities: [{ $ref: ./core/user.yaml }]`, and nothing that would be part of an entity. */
function isRegistry(root: SpecNode): boolean {
  const list = entryOf(root, 'entities')?.node
  const about = ['entities', 'version', 'description']
  if (list?.kind !== 'list' || entriesOf(root).some(({ key }) => !about.includes(key))) return false
  return list.items.every(isFileReference)
}

function isFileReference(item: SpecNode): boolean {
  const [only, ...more] = entriesOf(item)
  return only?.key === '$ref' && more.length === 0 && stringOf(only.node) !== undefined
}

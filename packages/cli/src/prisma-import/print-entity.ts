import { Document, isScalar, isSeq, visit } from 'yaml'
import type { Spec } from './import-context.ts'

/** Characters of JSON up to which a mapping or a list stays on one line; YAML needs fewer. */
const WIDTH = 124
/** Of a node's path: `fields:` is at 3, a field at 5, an index at 4. */
const ENTRY_DEPTH = 4

/** A document as a person would write it: a field on one line where it fits. */
export function printEntity(entity: Spec): string {
  const document = new Document(entity)
  visit(document, {
    Collection(_, node, path) {
      const isEntry = path.length >= ENTRY_DEPTH || (isSeq(node) && node.items.every(isScalar))
      if (isEntry && JSON.stringify(node).length <= WIDTH) node.flow = true
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

// Text to positioned documents, and what YAML itself forbids. What the documents mean is left to structure/ and build/.
import type { Node, YAMLParseError } from 'yaml'
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import type { Problems } from '../diagnostic/problems.ts'
import { loadYaml } from '../load-libraries.ts'
import { LineIndex } from './line-index.ts'
import type { SourceFile } from './source-file.ts'
import { NodeReader } from './read-nodes.ts'
import type { SpecNode } from './spec-node.ts'
import { checkText } from './check-text.ts'

export interface SpecDocument {
  readonly file: string
  readonly root: SpecNode
  /** The parser gave up on part of it: what it holds can be named but not judged. */
  readonly broken: boolean
  /** Where keys stand twice: the document with the last of each, whose faults count as well. */
  readonly twin?: SpecNode
}

export function parseDocuments(file: SourceFile, problems: Problems): SpecDocument[] {
  const { text } = file
  const lines = new LineIndex(file.path, text)
  if (!checkText(file.path, text, lines, problems)) return []
  const parsed = loadYaml().parseAllDocuments(text, {
    prettyErrors: false,
    uniqueKeys: false,
    strict: true,
    version: '1.2',
  })
  const documents = Array.isArray(parsed) ? parsed : []
  const at = (start: number, end: number): SourceRange => lines.range(start, end)
  return documents.flatMap((document) => {
    reportFaults(document.errors, at, problems)
    for (const fault of document.warnings)
      problems.error('yaml-syntax', at(fault.pos[0], fault.pos[1]), fault.message)
    if (document.contents === null) return []
    const contents = document.contents as Node
    const reader = new NodeReader(text, at, problems, 'first')
    const root = reader.read(contents, 0)
    if (root.kind === 'scalar' && root.value === null) return []
    const twin = reader.repeated
      ? { twin: new NodeReader(text, at, problems, 'last').read(contents, 0) }
      : {}
    const broken = document.errors.length > 0 || reader.refused
    return [{ file: file.path, root, broken, ...twin }]
  })
}

function reportFaults(
  faults: readonly YAMLParseError[],
  at: (start: number, end: number) => SourceRange,
  problems: Problems,
): void {
  const tabbed = new Set<number>()
  for (const fault of faults) {
    const range = at(fault.pos[0], fault.pos[1])
    if (fault.code === 'TAB_AS_INDENT') {
      tabbed.add(range.line)
      problems.error('tab-indent', range, 'a tab cannot indent', 'indent with spaces')
    }
  }
  for (const fault of faults) {
    const range = at(fault.pos[0], fault.pos[1])
    // The rest of a line that begins with a tab is misread.
    if (!tabbed.has(range.line)) problems.error('yaml-syntax', range, fault.message)
  }
}

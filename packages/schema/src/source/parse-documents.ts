// Text to positioned documents, and what YAML itself forbids. What the documents mean is left to structure/ and build/.
import type { Document, YAMLError } from 'yaml'
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import type { Problems } from '../diagnostic/problems.ts'
import { loadYaml } from '../load-libraries.ts'
import { AliasBudget } from './alias-budget.ts'
import { checkText } from './check-text.ts'
import { LineIndex } from './line-index.ts'
import { NodeReader, type ReaderContext } from './read-nodes.ts'
import { spellTabs } from './spell-tabs.ts'
import type { SourceFile } from './source-file.ts'
import type { SpecNode } from './spec-node.ts'

export interface SpecDocument {
  readonly file: string
  readonly root: SpecNode
  /** The parser gave up on part of it: what it holds can be named but not judged. */
  readonly broken: boolean
  /** Where keys stand twice: the document with the last of each, whose faults count as well. */
  readonly twin?: SpecNode
  /** Where those keys and their values stand; empty where there are none. */
  readonly repeats: readonly SourceRange[]
}

export function parseDocuments(file: SourceFile, problems: Problems): SpecDocument[] {
  const lines = new LineIndex(file.path, file.text)
  if (!checkText(file.path, file.text, lines, problems)) return []
  const { text, documents, offsetOf } = parseText(file.text, lines, problems)
  const at = (start: number, end: number): SourceRange =>
    lines.range(offsetOf(start), offsetOf(end))
  const context = { text, offsetOf, at, problems, aliases: new AliasBudget() }
  return documents.flatMap((document) => {
    reportFaults(document, at, problems)
    return readDocument(file.path, document, context)
  })
}

function readDocument(
  file: string,
  { contents, errors }: Document.Parsed,
  context: Omit<ReaderContext, 'wins'>,
): SpecDocument[] {
  if (contents === null) return []
  const reader = new NodeReader({ ...context, wins: 'first' })
  const root = reader.read(contents, 0)
  if (root.kind === 'scalar' && root.value === null) return []
  const { repeats, refused } = reader
  const twin =
    repeats.length === 0 || refused
      ? {}
      : {
          twin: new NodeReader({ ...context, aliases: new AliasBudget(), wins: 'last' }).read(
            contents,
            0,
          ),
        }
  return [{ file, root, broken: errors.length > 0 || refused, repeats, ...twin }]
}

interface ParsedText {
  /** What was parsed in the end. */
  readonly text: string
  readonly documents: readonly Document.Parsed[]
  /** An offset of it in the file. */
  readonly offsetOf: (offset: number) => number
}

/** Tabs that indent are reported, and read as spaces, so that they hide nothing else. */
function parseText(source: string, lines: LineIndex, problems: Problems): ParsedText {
  const plain = parseYaml(source)
  const tabs = plain.flatMap(({ errors }) => errors.filter(isTab))
  if (tabs.length === 0) return { text: source, documents: plain, offsetOf: (offset) => offset }
  const tabbed = new Set<number>()
  for (const { pos } of tabs) {
    const range = lines.range(pos[0], pos[1])
    if (tabbed.has(range.line)) continue
    tabbed.add(range.line)
    problems.error('tab-indent', range, 'a tab cannot indent', 'indent with spaces')
  }
  const readings = spellTabs(source).map((spelt) => ({
    ...spelt,
    documents: parseYaml(spelt.text),
  }))
  const faults = ({ documents }: ParsedText): number =>
    documents.reduce((sum, { errors }) => sum + errors.length, 0)
  const [best, ...others] = readings
  const likely = others.reduce(
    (one, other) => (one !== undefined && faults(one) <= faults(other) ? one : other),
    best,
  )
  return likely ?? { text: source, documents: plain, offsetOf: (offset) => offset }
}

function parseYaml(text: string): readonly Document.Parsed[] {
  const parsed = loadYaml().parseAllDocuments(text, {
    prettyErrors: false,
    uniqueKeys: false,
    strict: true,
    version: '1.2',
  })
  return Array.isArray(parsed) ? parsed : []
}

function isTab({ code }: YAMLError): boolean {
  return code === 'TAB_AS_INDENT'
}

function reportFaults(
  { errors, warnings }: Document.Parsed,
  at: (start: number, end: number) => SourceRange,
  problems: Problems,
): void {
  for (const fault of [...errors, ...warnings])
    if (!isTab(fault)) problems.error('yaml-syntax', at(fault.pos[0], fault.pos[1]), fault.message)
}

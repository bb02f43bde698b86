// Any one file of the format by itself, for tools beside the workspace: conformance vectors, editors.
import type { Diagnostic, SourceRange } from '../diagnostic/diagnostic.ts'
import { Problems } from '../diagnostic/problems.ts'
import { checkStructure, type DocumentKind } from '../structure/check-structure.ts'
import { parseDocuments } from './parse-documents.ts'
import type { SourceFile } from './source-file.ts'
import { locate, plainValue, type PlainValue, type SpecPath } from './spec-node.ts'

export interface LocatedDocument {
  /** Maps have no prototype: read own keys only. */
  readonly value: PlainValue
  /** Where a part of the value, or the key that leads to it, stands; for a path that is too long, the last part there is. */
  readonly at: (path: SpecPath, what?: 'key' | 'value') => SourceRange
}

export interface DocumentsResult {
  readonly documents: readonly LocatedDocument[]
  /** By position: broken YAML, and breaches of the JSON Schema of that kind. */
  readonly diagnostics: readonly Diagnostic[]
}

/** The documents of one file, held against the JSON Schema of their kind. It never throws. */
export function readDocuments(file: SourceFile, kind: DocumentKind): DocumentsResult {
  const problems = new Problems()
  const text = file.text.replace(/^\uFEFF/, '')
  const documents = parseDocuments({ path: file.path, text }, problems)
  for (const { root, broken } of documents) if (!broken) checkStructure(kind, root, problems)
  return {
    documents: documents.map(({ root }) => ({
      value: plainValue(root),
      at: (path, what) => locate(root, path, what),
    })),
    diagnostics: problems.sorted(),
  }
}

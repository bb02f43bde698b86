// Structures of declarations to the text of a TypeScript file.
import type { Model } from '@proj/dbal-schema'
import type { StatementStructures } from 'ts-morph'
import { header } from '../../header.ts'
import { loadTsMorph } from '../../heavy.ts'

/** Two-space indent, LF, the header first. A file without statements is still a module. */
export function printSource(model: Model, statements: readonly StatementStructures[]): string {
  const { IndentationText, NewLineKind, Project, QuoteKind } = loadTsMorph()
  const project = new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    manipulationSettings: {
      indentationText: IndentationText.TwoSpaces,
      newLineKind: NewLineKind.LineFeed,
      quoteKind: QuoteKind.Single,
    },
  })
  const file = project.createSourceFile('source.ts', { statements: [...statements] })
  const text = statements.length === 0 ? 'export {};\n' : file.getFullText()
  return `${header(model, '//')}/* eslint-disable */\n\n${text}`
}

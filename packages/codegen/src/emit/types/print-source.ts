// Declarations to the text of a TypeScript file.
import type { Model } from '@proj/dbal-schema'
import { header } from '../../header.ts'
import type { Declaration } from './declarations.ts'

/** Two-space indent, LF, the header first. A file without declarations is still a module. */
export function printSource(model: Model, declarations: readonly Declaration[]): string {
  let text = declarations.length === 0 ? 'export {};\n' : ''
  let before: Declaration | undefined
  for (const declaration of declarations) {
    const isApart = before !== undefined && (before.isBlock || declaration.isBlock)
    text += `${isApart ? '\n' : ''}${declaration.text}\n`
    before = declaration
  }
  return `${header(model, '//')}/* eslint-disable */\n\n${text}`
}

// Declarations as text. They are printed as they are made: a compiler that prints them would also read
// all of it again, which took a third of the time of all targets.
import { docText, propertyName, quote } from './type-text.ts'

export interface Declaration {
  readonly text: string
  /** It has lines of its own in braces, so that blank lines stand around it. */
  readonly isBlock: boolean
}

export interface Property {
  readonly name: string
  readonly type: string
  readonly optional?: boolean
  readonly readonly?: boolean
  readonly doc?: Doc
}

export interface Doc {
  readonly text?: string | undefined
  readonly deprecated?: string | true | undefined
}

/** Library types are written `dbal.X`: a lower-case name that no entity can have. */
export function importDbal(): Declaration {
  return importAll('dbal', '@proj/dbal')
}

export function importAll(name: string, module: string): Declaration {
  return line(`import type * as ${name} from ${quote(module)};`)
}

export function importNames(names: readonly string[], module: string): Declaration {
  return line(`import { ${names.join(', ')} } from ${quote(module)};`)
}

export function exportAll(module: string): Declaration {
  return line(`export type * from ${quote(module)};`)
}

export function declareInterface(
  name: string,
  properties: readonly Property[],
  more: { readonly extends?: readonly string[]; readonly doc?: Doc } = {},
): Declaration {
  const bases = more.extends ?? []
  const heritage = bases.length === 0 ? '' : ` extends ${bases.join(', ')}`
  const members = properties.map(property).join('')
  return block(`${docs(more.doc)}export interface ${name}${heritage} {\n${members}}`)
}

export function declareType(name: string, type: string, doc?: Doc): Declaration {
  return line(`${docs(doc)}export type ${name} = ${type};`)
}

export function declareConst(name: string, type: string, value: string, doc: Doc): Declaration {
  return line(`${docs(doc)}export const ${name}: ${type} = ${value};`)
}

/** `parameters` and `statement` are text. */
export function declareFunction(
  name: string,
  parameters: string,
  returns: string,
  statement: string,
  doc: Doc,
): Declaration {
  const head = `export function ${name}(${parameters}): ${returns}`
  return block(`${docs(doc)}${head} {\n  ${statement}\n}`)
}

function line(text: string): Declaration {
  return { text, isBlock: false }
}

function block(text: string): Declaration {
  return { text, isBlock: true }
}

const INDENT = '  '

function property({ name, type, optional, readonly: fixed, doc }: Property): string {
  const modifier = fixed === true ? 'readonly ' : ''
  const mark = optional === true ? '?' : ''
  return `${docs(doc, INDENT)}${INDENT}${modifier}${propertyName(name)}${mark}: ${type};\n`
}

/** The comment before a declaration, with the line end after it; nothing where there is nothing to say. */
function docs(doc: Doc | undefined, indent = ''): string {
  if (doc === undefined) return ''
  const { text, deprecated } = doc
  const lines = text === undefined || text.trim() === '' ? [] : docText(text).split('\n')
  if (deprecated === true) lines.push('@deprecated')
  else if (deprecated !== undefined) lines.push(...`@deprecated ${docText(deprecated)}`.split('\n'))
  const [only = ''] = lines
  if (lines.length === 0) return ''
  if (lines.length === 1) return `${indent}/** ${only} */\n`
  const body = lines.map((each) => `${indent} *${each === '' ? '' : ` ${each}`}\n`)
  return `${indent}/**\n${body.join('')}${indent} */\n`
}

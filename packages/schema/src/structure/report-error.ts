// One error of the JSON Schema validator as a diagnostic at the key or value it is about.
import type { ErrorObject } from 'ajv'
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import type { Problems } from '../diagnostic/problems.ts'
import { suggestHint } from '../diagnostic/suggest.ts'
import { childOf, locate, type SpecNode, type SpecPath } from '../source/spec-node.ts'

/** By the title of the schema: kinds of words that have a code of their own. */
const UNKNOWN_KEY_CODES: ReadonlyMap<string, string> = new Map([
  ['acl', 'unknown-action'],
  ['features', 'unknown-feature'],
  ['fallback', 'unknown-feature'],
])
const UNKNOWN_VALUE_CODES: ReadonlyMap<string, string> = new Map([
  ['field type', 'unknown-type'],
  ['input type', 'unknown-type'],
  ['feature', 'unknown-feature'],
])

interface SchemaPart {
  readonly title?: string
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, unknown>>
  readonly pattern?: string
}

export function reportError(error: ErrorObject, root: SpecNode, problems: Problems): void {
  const path = pathOf(error.instancePath)
  const schema = (error.parentSchema ?? {}) as SchemaPart
  const params = error.params as Record<string, unknown>
  const key = path.at(-1)
  const value = locate(root, path)
  if (error.propertyName !== undefined) {
    if (error.keyword === 'pattern')
      problems.error(
        'bad-name',
        locate(root, [...path, error.propertyName], 'key'),
        `\`${error.propertyName}\` is no name for an error code`,
        'write it in capitals: NOT_FOUND',
      )
    return
  }
  switch (error.keyword) {
    case 'additionalProperties':
      return reportUnknownKey(String(params['additionalProperty']), path, schema, root, problems)
    case 'required':
      return reportMissingKey(String(params['missingProperty']), path, schema, root, problems)
    case 'type':
      return reportWrongType(params['type'], error.data, schema, key, value, problems)
    case 'enum':
      return reportUnknownValue(error.data, schema, key, value, problems)
    case 'minItems':
    case 'minLength':
    case 'minProperties':
      return problems.error('empty', value, `${nameOf(key)} is empty`)
    case 'pattern':
      return problems.error(
        'bad-value',
        value,
        `\`${typeof error.data === 'string' ? error.data : ''}\` is no value for ${nameOf(key)}`,
        schema.pattern === undefined ? undefined : `it must match ${schema.pattern}`,
      )
    case 'if':
    case 'propertyNames':
      return
    default:
      problems.error('bad-value', value, `${nameOf(key)} ${error.message ?? 'is not valid'}`)
  }
}

function reportUnknownKey(
  word: string,
  path: SpecPath,
  schema: SchemaPart,
  root: SpecNode,
  problems: Problems,
): void {
  const title = schema.title ?? ''
  const code = UNKNOWN_KEY_CODES.get(title) ?? 'unknown-key'
  const message =
    code === 'unknown-action'
      ? `\`${word}\` is no action of an acl`
      : code === 'unknown-feature'
        ? `\`${word}\` is no feature of an adapter`
        : `\`${word}\` is no key of ${withArticle(titleAt(path, schema))}`
  const at = locate(root, [...path, word], 'key')
  problems.error(code, at, message, suggestHint(word, Object.keys(schema.properties ?? {})))
}

function reportMissingKey(
  word: string,
  path: SpecPath,
  schema: SchemaPart,
  root: SpecNode,
  problems: Problems,
): void {
  problems.error(
    'missing-key',
    path.length === 0 ? startOf(root) : locate(root, path, 'key'),
    `${withArticle(titleAt(path, schema))} needs \`${word}\``,
  )
}

/** Where something is missing from a whole document: at the name it gives itself. */
function startOf(root: SpecNode): SourceRange {
  return childOf(root, 'entity')?.range ?? root.range
}

function reportWrongType(
  expected: unknown,
  data: unknown,
  { title = '' }: SchemaPart,
  key: string | number | undefined,
  at: SourceRange,
  problems: Problems,
): void {
  const types = (Array.isArray(expected) ? expected : [expected]).map(String)
  const wanted = types.filter((type) => type !== 'null').map((type) => TYPE_WORDS.get(type) ?? type)
  problems.error(
    'wrong-type',
    at,
    `${nameOf(key)} must be ${wanted.join(' or ')}, not ${describe(data)}`,
    typeHint(types, data, title),
  )
}

function typeHint(types: readonly string[], data: unknown, title: string): string | undefined {
  if (typeof data === 'string') {
    if (WHO.includes(title)) return `write \`{ ${/^\w+$/.test(data) ? data : '<role>'}: true }\``
    if (title === 'foreign key') return 'the short form is `references: <Entity>.<field>`'
    if (types.includes('boolean')) return BOOLEAN_HINT
  }
  const quoted = types.includes('string') && ['number', 'boolean'].includes(typeof data)
  return quoted ? 'put it in quotes' : undefined
}

function reportUnknownValue(
  data: unknown,
  schema: SchemaPart,
  key: string | number | undefined,
  at: SourceRange,
  problems: Problems,
): void {
  const choices = (schema.enum ?? []).map(String)
  const title = schema.title ?? ''
  const code = UNKNOWN_VALUE_CODES.get(title) ?? 'unknown-value'
  if (data === true && choices.length === 1 && choices[0] === 'false')
    return problems.error(
      'unknown-value',
      at,
      `${nameOf(key)}: \`true\` says nobody in particular`,
      'say who: `{ public: true }`, `{ admin: true }`; `false` is nobody at all',
    )
  // Not a word at all: its type was reported.
  if (typeof data !== 'string' || choices[0] === 'false') return
  const message =
    code === 'unknown-value'
      ? `\`${data}\` is no value of ${nameOf(key)}`
      : `\`${data}\` is no ${title}`
  problems.error(code, at, message, suggestHint(data, choices))
}

/** YAML 1.2 has no `yes` and `no`. */
export const BOOLEAN_HINT = 'YAML knows `true` and `false`, without quotes'

/** The titles of what says who may do something. */
const WHO: readonly string[] = ['acl action', 'grant']

const TYPE_WORDS: ReadonlyMap<string, string> = new Map([
  ['string', 'a string'],
  ['boolean', 'true or false'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['object', 'a mapping'],
  ['array', 'a list'],
])

function describe(data: unknown): string {
  if (data === null) return 'nothing'
  if (Array.isArray(data)) return 'a list'
  if (typeof data === 'object') return 'a mapping'
  return typeof data === 'string' ? 'a string' : `the ${typeof data} ${String(data)}`
}

function nameOf(key: string | number | undefined): string {
  if (key === undefined) return 'the document'
  return typeof key === 'number' ? 'this entry' : `\`${key}\``
}

function titleAt(path: SpecPath, schema: SchemaPart): string {
  return schema.title ?? (path.length === 0 ? 'document' : `\`${String(path.at(-1))}\``)
}

const MASS_NOUNS: readonly string[] = ['acl', 'metadata', 'security', 'input', 'error handling']

function withArticle(title: string): string {
  if (title.startsWith('`') || title.endsWith('s') || MASS_NOUNS.includes(title)) return title
  return `${/^[aeiou]/.test(title) ? 'an' : 'a'} ${title}`
}

function pathOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

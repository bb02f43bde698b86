// A predicate as text. What the language can say is printed in it and reads back as the same tree; nodes that only
// filters have (`holds`, `contains`, params) are printed for people.
import type { FieldType } from '../model/field.ts'
import { isNumeric } from '../values/field-type.ts'
import { isWrittenOut } from './map-predicate.ts'
import type { FieldOperand, Predicate, QueryOperand, RuleOperand } from './predicate.ts'

type Operand = RuleOperand | QueryOperand
type Printable = Predicate<RuleOperand> | Predicate<QueryOperand> | Predicate<Operand>

const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u
/** Words that are not names where a term begins. */
const WORDS: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  'in',
  'is',
  'like',
  'true',
  'false',
  'null',
])

/** The canonical text of a predicate: operators in capitals, single quotes, every group in parentheses. */
export function printPredicate(predicate: Printable): string {
  const node = predicate as Predicate<Operand>
  switch (node.kind) {
    case 'true':
    case 'false':
      return node.kind
    case 'and':
    case 'or':
      return printJoined(node)
    case 'not':
      return printNot(node.term)
    case 'holds':
      return `holds(${printPredicate(node.term)})`
    case 'compare':
      return `${side(node.left, node.right)} ${node.op} ${side(node.right, node.left)}`
    case 'distinct':
      return `${side(node.left, node.right)} IS DISTINCT FROM ${side(node.right, node.left)}`
    case 'isNull':
      return `${side(node.operand)} IS NULL`
    case 'jsonNull':
      return `jsonNull(${side(node.operand)})`
    case 'missing':
      return `${side(node.operand)} IS MISSING`
    case 'in':
      return printIn(node, '')
    case 'match':
      return printMatch(node, '')
    case 'exists': {
      const where = node.where.kind === 'true' ? '' : ` WHERE ${printPredicate(node.where)}`
      return `EXISTS(${printName(node.relation)}${where})`
    }
    case 'inSelect':
      return printSelect(node, '')
    case 'allowed':
      return `allowed(${printName(node.relation)}, ${printText(node.action)})`
  }
}

type Of<K extends Predicate<Operand>['kind']> = Extract<Predicate<Operand>, { kind: K }>

function printJoined({ kind, terms }: Of<'and' | 'or'>): string {
  if (terms.length === 0) return kind === 'and' ? 'true' : 'false'
  const [only] = terms
  if (terms.length === 1 && only !== undefined) return printPredicate(only)
  return terms.map(grouped).join(kind === 'and' ? ' AND ' : ' OR ')
}

/** NOT stands inside where the language has a place for it. */
function printNot(term: Predicate<Operand>): string {
  switch (term.kind) {
    case 'isNull':
      return `${side(term.operand)} IS NOT NULL`
    case 'missing':
      return `${side(term.operand)} IS NOT MISSING`
    case 'in':
      return printIn(term, 'NOT ')
    case 'inSelect':
      return printSelect(term, 'NOT ')
    case 'match':
      return term.op === 'like' ? printMatch(term, 'NOT ') : `NOT ${printMatch(term, '')}`
    default:
      return `NOT ${grouped(term)}`
  }
}

function grouped(term: Predicate<Operand>): string {
  const text = printPredicate(term)
  return (term.kind === 'and' || term.kind === 'or') && term.terms.length > 1 ? `(${text})` : text
}

function printIn({ left, list }: Of<'in'>, not: string): string {
  const [first] = isWrittenOut(list) ? list : [list]
  const items = isWrittenOut(list)
    ? `(${list.map((item) => side(item, left)).join(', ')})`
    : side(list, left)
  return `${side(left, first)} ${not}IN ${items}`
}

function printSelect({ left, entity, field, where }: Of<'inSelect'>, not: string): string {
  const rest = where.kind === 'true' ? '' : ` WHERE ${printPredicate(where)}`
  return `${side(left)} ${not}IN (SELECT ${printName(field)} FROM ${printName(entity)}${rest})`
}

function printMatch({ op, insensitive, left, right }: Of<'match'>, not: string): string {
  if (op === 'like') {
    const word = insensitive ? 'ILIKE' : 'LIKE'
    return `${side(left)} ${not}${word} ${side(right)}`
  }
  return `${op}(${side(left)}, ${side(right)}${insensitive ? ', insensitive' : ''})`
}

/** `beside` tells digits that are kept as a string from text. */
function side(operand: Operand, beside?: Operand): string {
  switch (operand.kind) {
    case 'field':
      return fieldPath(operand)
    case 'literal':
      return literal(operand.value, typeOf(beside))
    case 'user':
    case 'context':
    case 'input':
      return `$${operand.kind}.${printName(operand.name)}`
    case 'now':
      return '$now'
    case 'before':
      return `before(${printName(operand.field)})`
    case 'param':
      return `?${operand.index + 1}`
    case 'jsonPath':
      return `${fieldPath(operand.field)}${operand.path.map((step) => `[${JSON.stringify(step)}]`).join('')}`
    case 'relationCount': {
      const where = operand.where === undefined ? '' : ` WHERE ${printPredicate(operand.where)}`
      return `count(${printName(operand.relation)}${where})`
    }
  }
}

function fieldPath({ path, field }: FieldOperand): string {
  return [...path, field].map(printName).join('.')
}

function typeOf(operand: Operand | undefined): FieldType | undefined {
  return operand !== undefined && 'type' in operand ? operand.type : undefined
}

function literal(value: string | number | boolean | null, type: FieldType | undefined): string {
  if (typeof value !== 'string') return String(value)
  return type !== undefined && isNumeric(type) ? value : printText(value)
}

/** A string literal. */
export function printText(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "''")
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
  return `'${escaped}'`
}

/** A field, relation or entity; in backticks where it would be read as something else. */
export function printName(word: string): string {
  return PLAIN_NAME.test(word) && !WORDS.has(word.toLowerCase()) ? word : `\`${word}\``
}

// Which types may be compared, and literals as values of the type they stand beside.
import { suggestHint } from '../diagnostic/suggest.ts'
import type { FieldType } from '../model/field.ts'
import type { JsonValue } from '../model/json-value.ts'
import { isNumeric } from '../values/field-type.ts'
import { readValue } from '../values/read-value.ts'
import type { Place } from './predicate-syntax.ts'
import type { CompareOp, RuleOperand } from './predicate.ts'
import type { ProblemList } from './problem-list.ts'
import type { Typed } from './type-operand.ts'

/** Types whose values are plain text and may be compared with one another. */
const TEXT: ReadonlySet<FieldType> = new Set(['string', 'text', 'email', 'url', 'cuid', 'enum'])
const UNORDERED: ReadonlySet<FieldType> = new Set(['boolean', 'enum', 'bytes', 'json'])

export interface Pair {
  readonly left: RuleOperand
  readonly right: RuleOperand
}

type Literal = Extract<Typed, { kind: 'literal' | 'number' }>
type TypedOperand = Extract<Typed, { kind: 'typed' }>

/** Both sides as operands, or undefined when they do not fit, which is reported. */
export function matchTypes(
  left: Typed,
  right: Typed,
  op: CompareOp,
  place: Place,
  problems: ProblemList,
): Pair | undefined {
  if (!isScalar(left, problems) || !isScalar(right, problems)) return undefined
  if (left.kind === 'null' || right.kind === 'null') {
    const message = 'a comparison with NULL is unknown for every row'
    const hint = op === '!=' ? 'write `IS NOT NULL`' : 'write `IS NULL`'
    return problems.add('null-comparison', message, place, hint)
  }
  if (op !== '=' && op !== '!=' && !(isOrdered(left, problems) && isOrdered(right, problems)))
    return undefined
  if (isLiteral(right)) return matchLiteral(left, right, place, problems)
  if (isLiteral(left)) {
    const pair = matchLiteral(right, left, place, problems)
    return pair === undefined ? undefined : { left: pair.right, right: pair.left }
  }
  const fault = typeFault(left, right)
  if (fault !== undefined) return problems.add('type-mismatch', fault, place)
  return { left: operandOf(left), right: operandOf(right) }
}

/** A text for LIKE: no format is asked of a literal, since it may hold `%`. */
export function matchText(side: Typed, problems: ProblemList): RuleOperand | undefined {
  if (!isScalar(side, problems)) return undefined
  if (side.kind === 'any') return side.operand
  if (side.kind === 'typed' && TEXT.has(side.shape.type)) return side.operand
  if (side.kind === 'literal' && typeof side.value === 'string')
    return { kind: 'literal', value: side.value }
  return problems.add('type-mismatch', `LIKE compares texts, and this is ${describe(side)}`, side)
}

function isScalar(
  side: Typed,
  problems: ProblemList,
): side is Exclude<Typed, { kind: 'list' | 'object' }> {
  if (side.kind === 'list') {
    problems.add('type-mismatch', 'a list is compared with a single value', side, 'write `IN`')
    return false
  }
  const json = side.kind === 'object' || (side.kind === 'typed' && side.shape.type === 'json')
  if (!json) return true
  const message = 'a json value cannot be compared'
  problems.add(
    'type-mismatch',
    message,
    side,
    'only `IS NULL` and `IS NOT NULL` can be asked of it',
  )
  return false
}

function isLiteral(side: Typed): side is Literal {
  return side.kind === 'literal' || side.kind === 'number'
}

function isOrdered(side: Typed, problems: ProblemList): boolean {
  const type = side.kind === 'typed' ? side.shape.type : undefined
  const isBoolean = side.kind === 'literal' && typeof side.value === 'boolean'
  if (!isBoolean && (type === undefined || !UNORDERED.has(type))) return true
  const hint = type === 'enum' ? 'write `IN (…)` with the values meant' : undefined
  problems.add('type-mismatch', `${describe(side)} has no order`, side, hint)
  return false
}

/** `left` beside a literal; the pair is in that order. */
function matchLiteral(
  left: Exclude<Typed, { kind: 'list' | 'object' | 'null' }>,
  right: Literal,
  place: Place,
  problems: ProblemList,
): Pair | undefined {
  if (isLiteral(left)) {
    const [first, second] = [plainLiteral(left, problems), plainLiteral(right, problems)]
    if (first === undefined || second === undefined) return undefined
    if (typeof first.value !== typeof second.value) return mismatch(left, right, place, problems)
    return { left: first, right: second }
  }
  if (left.kind === 'any') {
    const value = plainLiteral(right, problems)
    return value === undefined ? undefined : { left: left.operand, right: value }
  }
  if (left.kind === 'typed') {
    const value = typedLiteral(left, right, place, problems)
    return value === undefined ? undefined : { left: left.operand, right: value }
  }
  if (right.kind === 'number' || typeof right.value === 'boolean')
    return mismatch(left, right, place, problems)
  const moment = readAs({ type: 'datetime' }, right)
  if ('fault' in moment) return problems.add('bad-literal', `\`$now\` ${moment.fault}`, right)
  return { left: { kind: 'now' }, right: { kind: 'literal', value: moment.value as string } }
}

function typedLiteral(
  side: TypedOperand,
  literal: Literal,
  place: Place,
  problems: ProblemList,
): RuleOperand | undefined {
  if (literalClass(literal, side.shape.type) === undefined)
    return mismatch(side, literal, place, problems)
  const read = readAs(side.shape, literal)
  if (!('fault' in read)) return { kind: 'literal', value: literalValue(side, read.value) }
  const { values } = side.shape
  const hint =
    values === undefined || literal.kind === 'number'
      ? undefined
      : suggestHint(String(literal.value), values)
  return problems.add('bad-literal', `${nameOf(side)} ${read.fault}`, literal, hint)
}

function literalValue({ shape }: TypedOperand, value: JsonValue): string | number | boolean {
  if (shape.type === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value)
  // -0 and 0 are one value.
  return value === 0 ? 0 : (value as string | number | boolean)
}

/** True where a literal of this sort can be a value of the type at all. */
function literalClass(literal: Literal, type: FieldType): true | undefined {
  if (literal.kind === 'number') return isNumeric(type) ? true : undefined
  if (typeof literal.value === 'boolean') return type === 'boolean' ? true : undefined
  // Digits may stand in quotes where a double would lose some of them.
  const exact = type === 'decimal' || type === 'bigint'
  return type !== 'boolean' && (!isNumeric(type) || exact) ? true : undefined
}

function readAs(shape: TypedOperand['shape'], literal: Literal): ReturnType<typeof readValue> {
  const range = { file: '', line: 1, column: 1 }
  const value = literal.kind === 'number' ? Number(literal.text) : literal.value
  const text = literal.kind === 'number' ? literal.text : String(literal.value)
  return readValue(shape, { kind: 'scalar', value, text, range, start: 0, end: 0 })
}

function plainLiteral(
  literal: Literal,
  problems: ProblemList,
): { readonly kind: 'literal'; readonly value: string | number | boolean } | undefined {
  if (literal.kind === 'literal') return { kind: 'literal', value: literal.value }
  const value = Number(literal.text)
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER)
    return { kind: 'literal', value: value === 0 ? 0 : value }
  return problems.add('bad-literal', 'the number is too large without a field beside it', literal)
}

function typeFault(
  left: Exclude<Typed, Literal | { kind: 'list' | 'object' | 'null' }>,
  right: Exclude<Typed, Literal | { kind: 'list' | 'object' | 'null' }>,
): string | undefined {
  if (left.kind === 'any' || right.kind === 'any') return undefined
  const fits =
    left.kind === 'now' ? fitsNow(right) : right.kind === 'now' ? fitsNow(left) : fit(left, right)
  return fits ? undefined : `${describe(left)} is compared with ${describe(right)}`
}

/** A bigint holds epoch milliseconds. */
function fitsNow(side: Typed): boolean {
  if (side.kind === 'now') return true
  return side.kind === 'typed' && (side.shape.type === 'datetime' || side.shape.type === 'bigint')
}

function fit(left: TypedOperand, right: TypedOperand): boolean {
  const [a, b] = [left.shape, right.shape]
  if (a.type === 'enum' && b.type === 'enum' && a.values !== undefined && b.values !== undefined)
    return a.values.some((value) => b.values?.includes(value))
  if (a.type === b.type) return true
  if (isNumeric(a.type) && isNumeric(b.type)) return true
  if (TEXT.has(a.type) && TEXT.has(b.type)) return true
  // Claims and inputs come as text; a column of text is another type for the engine.
  const id = a.type === 'uuid' ? right : b.type === 'uuid' ? left : undefined
  return id !== undefined && !id.stored && TEXT.has(id.shape.type)
}

function mismatch(left: Typed, right: Typed, place: Place, problems: ProblemList): undefined {
  const message = `${describe(left)} is compared with ${describe(right)}`
  return problems.add('type-mismatch', message, place)
}

function operandOf(
  side: Exclude<Typed, Literal | { kind: 'list' | 'object' | 'null' }>,
): RuleOperand {
  return side.kind === 'now' ? { kind: 'now' } : side.operand
}

function nameOf({ operand }: TypedOperand): string {
  if (operand.kind === 'field') return `\`${[...operand.path, operand.field].join('.')}\``
  if (operand.kind === 'before') return `\`before(${operand.field})\``
  return operand.kind === 'user' || operand.kind === 'input'
    ? `\`$${operand.kind}.${operand.name}\``
    : 'the value'
}

function describe(side: Typed): string {
  switch (side.kind) {
    case 'typed':
      return `${nameOf(side)} (${side.shape.type})`
    case 'literal':
      return typeof side.value === 'string' ? 'a string' : 'true or false'
    case 'number':
      return 'a number'
    case 'now':
      return '`$now`'
    case 'any':
      return `\`$${side.operand.kind}.${side.operand.name}\``
    case 'list':
      return 'a list'
    case 'object':
      return 'an object'
    case 'null':
      return 'NULL'
  }
}

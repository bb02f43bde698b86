// Predicates. SQL's three values are those of the contract's evaluator, so terms map one to one;
// what is decided at compile time is folded away.
import { listOf, unsupported } from '@proj/dbal-contract'
import type { QueryOperand, QueryPredicate } from '@proj/dbal-schema'
import { encodeList } from '../value/encode-value.ts'
import {
  entityOf,
  fieldOf,
  internal,
  tableScope,
  tableSql,
  type CompileContext,
  type Scope,
} from './compile-context.ts'
import { compileMatch } from './compile-match.ts'
import { alignOperands, alignmentOf } from './align-operands.ts'
import { compileOperand, compileRelated, type Operand } from './compile-operand.ts'
import { boundAs, encodeAs, type Alignment } from './operand-form.ts'
import { NOTHING, hole, join, sql, text, type Sql } from './sql.ts'

type Term<K extends QueryPredicate['kind']> = Extract<QueryPredicate, { kind: K }>

const TRUE = NOTHING
const FALSE = text('1=0')
const UNKNOWN = text('NULL')
/** Engines limit the depth of an expression, and a chain of terms is as deep as it is long. */
const CHAIN = 64

/**
 * The empty fragment where the predicate always holds. `denied`: a NOT is around it, so that it matters
 * whether it is false or unknown.
 */
export function compilePredicate(
  context: CompileContext,
  scope: Scope,
  predicate: QueryPredicate,
  denied = false,
): Sql {
  const operand = (node: QueryOperand): Operand => compileOperand(context, scope, node)
  const term = (node: QueryPredicate): Sql => compilePredicate(context, scope, node, denied)
  switch (predicate.kind) {
    case 'true':
      return TRUE
    case 'false':
      return FALSE
    case 'and':
      return all(predicate.terms.map(term))
    case 'or':
      return any(predicate.terms.map(term))
    case 'not':
      return negate(compilePredicate(context, scope, predicate.term, true))
    case 'holds':
      return holds(compilePredicate(context, scope, predicate.term))
    case 'compare': {
      const [left, right] = [operand(predicate.left), operand(predicate.right)]
      if (left.literal === null || right.literal === null) return UNKNOWN
      const [a, b] = alignOperands(context, left, right, predicate.op)
      return sql`${a} ${text(predicate.op === '!=' ? '<>' : predicate.op)} ${b}`
    }
    case 'distinct': {
      const [left, right] = [operand(predicate.left), operand(predicate.right)]
      const [a, b] = alignOperands(context, left, right, 'distinct')
      return sql`(${context.dialect.isDistinct(a, b)})`
    }
    case 'isNull': {
      const { shape, literal, sql: print } = operand(predicate.operand)
      if (literal !== undefined) return literal === null ? TRUE : FALSE
      return sql`${print(shape, 'value')} IS NULL`
    }
    case 'jsonNull':
      return jsonNull(context, scope, predicate.operand)
    case 'in':
      return compileIn(context, scope, predicate)
    case 'match':
      return compileMatch(context, predicate, operand(predicate.left), operand(predicate.right))
    case 'exists':
      return exists(context, scope, predicate)
    case 'inSelect':
      return inSelect(context, operand(predicate.left), predicate, denied)
    case 'missing':
    case 'allowed':
      throw internal(`a query may not hold "${predicate.kind}"`)
  }
}

export function all(terms: readonly Sql[]): Sql {
  if (terms.includes(FALSE)) return FALSE
  return chain(
    terms.filter((term) => term !== TRUE),
    ' AND ',
    TRUE,
  )
}

function any(terms: readonly Sql[]): Sql {
  if (terms.includes(TRUE)) return TRUE
  return chain(
    terms.filter((term) => term !== FALSE),
    ' OR ',
    FALSE,
  )
}

function chain(terms: readonly Sql[], word: string, empty: Sql): Sql {
  const [first] = terms
  if (first === undefined) return empty
  if (terms.length === 1) return first
  if (terms.length <= CHAIN) return sql`(${join(terms, word)})`
  const half = Math.ceil(terms.length / 2)
  const [left, right] = [terms.slice(0, half), terms.slice(half)]
  return sql`(${join([chain(left, word, empty), chain(right, word, empty)], word)})`
}

function negate(term: Sql): Sql {
  if (term === TRUE) return FALSE
  if (term === FALSE) return TRUE
  return term === UNKNOWN ? UNKNOWN : sql`NOT (${term})`
}

function holds(term: Sql): Sql {
  if (term === TRUE || term === FALSE) return term
  return term === UNKNOWN ? FALSE : sql`COALESCE(${term}, ${FALSE})`
}

function jsonNull(context: CompileContext, scope: Scope, operand: QueryOperand): Sql {
  if (operand.kind !== 'field' && operand.kind !== 'jsonPath')
    throw internal('jsonNull needs a json field or a path in one')
  const field = operand.kind === 'field' ? operand : operand.field
  const column = compileOperand(context, scope, field)
  const path = operand.kind === 'field' ? [] : operand.path
  return sql`(${context.dialect.jsonNull(column.sql(column.shape, 'value'), path)})`
}

function exists(context: CompileContext, scope: Scope, predicate: Term<'exists'>): Sql {
  const { from, where } = compileRelated(context, scope, predicate.relation, predicate.where)
  return sql`EXISTS (SELECT 1 FROM ${from} WHERE ${where})`
}

function inSelect(
  context: CompileContext,
  left: Operand,
  predicate: Term<'inSelect'>,
  denied: boolean,
): Sql {
  const entity = entityOf(context.model, predicate.entity)
  const field = fieldOf(entity, predicate.field)
  const alias = context.nextAlias()
  const inner = tableScope(context, entity, alias)
  const where = compilePredicate(context, inner, predicate.where)
  if (where === FALSE) return FALSE
  const right = compileOperand(context, inner, {
    kind: 'field',
    path: [],
    field: field.name,
    type: field.type,
  })
  const [a, b] = alignOperands(context, left, right, '=')
  const from = sql`FROM ${tableSql(context, entity)} ${alias}`
  const rows = where === TRUE ? from : sql`${from} WHERE ${where}`
  const among = sql`${a} IN (SELECT ${b} ${rows})`
  if (!denied || !left.nullable || context.dialect.remembersNullIn !== true) return among
  const unlessEmpty = sql`CASE WHEN EXISTS (SELECT 1 ${rows}) THEN NULL ELSE FALSE END`
  return sql`CASE WHEN ${a} IS NULL THEN ${unlessEmpty} ELSE ${among} END`
}

function compileIn(context: CompileContext, scope: Scope, predicate: Term<'in'>): Sql {
  const left = compileOperand(context, scope, predicate.left)
  const lists: Sql[] = []
  const single: Operand[] = []
  for (const item of listOf(predicate.list)) {
    const operand = compileOperand(context, scope, item)
    if (item.kind === 'param' && item.list === true)
      lists.push(inList(context, left, alignmentOf(context, left, operand, '='), item.index))
    else single.push(operand)
  }
  return any([...inValues(context, left, single), ...lists])
}

/** Values in one list where they all take the form of the left side; else one comparison each. */
function inValues(context: CompileContext, left: Operand, values: readonly Operand[]): Sql[] {
  const bound = values.filter(({ fixedScale, literal }) => !fixedScale && literal !== null)
  const [first, ...others] = bound.map((value) => alignmentOf(context, left, value, '='))
  const isOneForm = others.every(
    ({ as, form }) => as.type === first?.as.type && form === first.form,
  )
  if (first === undefined || bound.length < values.length || !left.fixedScale || !isOneForm)
    return values.map((value) =>
      value.literal === null ? UNKNOWN : equal(alignOperands(context, left, value, '=')),
    )
  const { as, form } = first
  const items = bound.map((value) => value.sql(as, form, 'apart'))
  return [sql`${left.sql(as, form)} IN (${join(items, ', ')})`]
}

function equal([left, right]: readonly [Sql, Sql]): Sql {
  return sql`${left} = ${right}`
}

/** `left` among a list that travels with the call; NULL in it leaves "no" in doubt, as in SQL. */
export function inList(
  context: CompileContext,
  left: Operand,
  alignment: Alignment,
  index: number,
): Sql {
  const { dialect } = context
  const form = context.listForm(index)
  if (form === 'absent') return UNKNOWN
  if (form === 0) return FALSE
  const { as } = alignment
  const column = left.sql(as, alignment.form)
  const encode = encodeAs(dialect, alignment, 'apart')
  if (form === 'json' || form === 'stored') {
    const list = hole({ kind: 'list', index, encode: encodeList(encode) })
    const rows = dialect.jsonRows(as, list)
    if (rows === undefined) throw unsupported('lists', 'a list of bytes is too long')
    const among = sql`${column} IN (${rows})`
    // An absent list says nothing about what it would hold.
    return form === 'json' ? among : sql`CASE WHEN ${list} IS NOT NULL THEN ${among} END`
  }
  const items = Array.from({ length: form }, (_, at) =>
    boundAs(dialect, alignment, hole({ kind: 'item', index, at, encode })),
  )
  return sql`${column} IN (${join(items, ', ')})`
}

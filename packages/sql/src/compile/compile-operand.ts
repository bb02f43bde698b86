// Operands. What an operand is written as depends on the one beside it: a parameter takes the field's
// form, a JSON leaf the other side's kind. Deciding on it is left to align-operands.ts.
import type { FieldType, QueryOperand, QueryPredicate } from '@proj/dbal-schema'
import { canonicalTime, type Value } from '@proj/dbal-contract'
import type { JsonPath, ValueShape } from '../dialect/dialect.ts'
import type { Rounding } from '../value/encode-value.ts'
import {
  entityOf,
  relationOf,
  tableScope,
  tableSql,
  type Column,
  type CompileContext,
  type Scope,
} from './compile-context.ts'
import { boundAs, columnAs, encodeAs, type Form } from './operand-form.ts'
import { hole, isNothing, sql, text, type Encode, type Sql } from './sql.ts'

export interface Operand {
  readonly kind: 'typed' | 'literal' | 'jsonPath'
  /** A literal's is what its JavaScript type says. */
  readonly shape: ValueShape
  readonly nullable: boolean
  /** Fields have their digits after the point, parameters take those of the other side. */
  readonly fixedScale: boolean
  /** Known at compile time. */
  readonly literal?: Value
  /** `rounding` is for a bound value with more digits than the engine compares. */
  sql(as: ValueShape, form: Form, rounding?: Rounding): Sql
  /** Bound, encoded in a way of its own; absent where nothing is bound. */
  bound?(encode: Encode, as: ValueShape, pattern?: boolean): Sql
}

export function compileOperand(
  context: CompileContext,
  scope: Scope,
  operand: QueryOperand,
): Operand {
  switch (operand.kind) {
    case 'field':
      return fieldOperand(context, reachField(context, scope, operand.path, operand.field))
    case 'param':
      return boundOperand(context, { type: operand.type }, 'typed', (encode, pattern = false) =>
        hole({ kind: 'param', index: operand.index, encode, pattern }),
      )
    case 'literal':
      return literalOperand(context, operand.value)
    case 'relationCount':
      return {
        kind: 'typed',
        shape: { type: 'integer' },
        nullable: false,
        fixedScale: true,
        sql: (as, form) =>
          columnAs(context.dialect, { type: 'integer' }, relationCount(context, scope, operand), {
            as,
            form,
          }),
      }
    case 'jsonPath': {
      const { path, field } = operand.field
      return jsonOperand(context, reachField(context, scope, path, field).sql, operand.path)
    }
  }
}

function fieldOperand(
  { dialect }: CompileContext,
  { sql: column, shape, nullable }: Column,
): Operand {
  return {
    kind: 'typed',
    shape,
    nullable,
    fixedScale: true,
    sql: (as, form) => columnAs(dialect, shape, column, { as, form }),
  }
}

/**
 * A field of the row, or over to-one relations: scalar subqueries inside each other, NULL where a row
 * is missing.
 */
function reachField(
  context: CompileContext,
  scope: Scope,
  path: readonly string[],
  name: string,
): Column {
  let { entity } = scope
  let column = (field: string): Column => scope.column(field)
  for (const step of path) {
    const relation = relationOf(entity, step)
    const target = entityOf(context.model, relation.target)
    const key = column(relation.from)
    const mayMiss = key.nullable || !relation.owning || relation.optional
    entity = target
    column = (field) => {
      const inner = tableScope(context, target, context.nextAlias())
      const { sql: found, shape, nullable } = inner.column(field)
      const from = sql`${tableSql(context, target)} ${inner.alias}`
      return {
        sql: sql`(SELECT ${found} FROM ${from} WHERE ${inner.column(relation.to).sql} = ${key.sql})`,
        shape,
        nullable: nullable || mayMiss,
      }
    }
  }
  return column(name)
}

function boundOperand(
  { dialect }: CompileContext,
  shape: ValueShape,
  kind: 'typed' | 'literal',
  fill: (encode: Encode, pattern?: boolean) => Sql,
): Operand {
  const bound = (encode: Encode, as: ValueShape, pattern?: boolean): Sql =>
    dialect.cast(as, fill(encode, pattern))
  return {
    kind,
    shape,
    nullable: true,
    fixedScale: false,
    sql: (as, form, rounding) =>
      boundAs(dialect, { as, form }, fill(encodeAs(dialect, { as, form }, rounding))),
    bound,
  }
}

function literalOperand(context: CompileContext, value: Value): Operand {
  if (value === null)
    return {
      kind: 'literal',
      shape: { type: 'text' },
      nullable: true,
      fixedScale: false,
      literal: null,
      sql: () => text('NULL'),
    }
  const operand = (as: ValueShape): Operand =>
    boundOperand(context, { type: literalType(value) }, 'literal', (encode) =>
      hole({ kind: 'constant', bind: encode(canonicalLiteral(as.type, value)) }),
    )
  return {
    ...operand({ type: literalType(value) }),
    literal: value,
    nullable: false,
    sql: (as, form, rounding) => operand(as).sql(as, form, rounding),
  }
}

/** Literals are as the spec spells them; stored values are canonical. */
function canonicalLiteral(type: FieldType, value: Value): Value {
  if (typeof value !== 'string') return value
  if (type === 'uuid') return value.toLowerCase()
  return type === 'time' ? (canonicalTime(value) ?? value) : value
}

function literalType(value: Value): FieldType {
  if (typeof value === 'boolean') return 'boolean'
  return typeof value === 'number' ? 'float' : 'text'
}

function jsonOperand({ dialect }: CompileContext, column: Sql, path: JsonPath): Operand {
  return {
    kind: 'jsonPath',
    shape: { type: 'json' },
    nullable: true,
    fixedScale: true,
    sql(as) {
      switch (as.type) {
        case 'json':
          return dialect.jsonValue(column, path)
        case 'boolean':
          return dialect.jsonLeaf(column, path, 'boolean')
        case 'integer':
        case 'bigint':
        case 'float':
        case 'decimal':
          return dialect.jsonLeaf(column, path, 'number')
        // JSON has no such values, so nothing there is equal to one.
        case 'datetime':
        case 'bytes':
          return text('NULL')
        default:
          return dialect.jsonLeaf(column, path, 'string')
      }
    },
  }
}

function relationCount(
  context: CompileContext,
  scope: Scope,
  operand: QueryOperand & { readonly kind: 'relationCount' },
): Sql {
  const { from, where } = compileRelated(context, scope, operand.relation, operand.where)
  return sql`(SELECT COUNT(*) FROM ${from} WHERE ${where})`
}

/** The rows at the other end of a relation, as FROM and WHERE of a correlated subquery. */
export function compileRelated(
  context: CompileContext,
  scope: Scope,
  name: string,
  predicate: QueryPredicate | undefined,
): { readonly from: Sql; readonly where: Sql } {
  const relation = relationOf(scope.entity, name)
  const target = entityOf(context.model, relation.target)
  const alias = context.nextAlias()
  const inner = tableScope(context, target, alias)
  const joined = sql`${inner.column(relation.to).sql} = ${scope.column(relation.from).sql}`
  const rest = predicate === undefined ? undefined : context.predicate(inner, predicate)
  return {
    from: sql`${tableSql(context, target)} ${alias}`,
    where: rest === undefined || isNothing(rest) ? joined : sql`${joined} AND ${rest}`,
  }
}

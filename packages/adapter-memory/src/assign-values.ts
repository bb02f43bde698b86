// The new values of one row under an update's assignments; all of them see the row as it was.
import {
  addDecimals,
  decimalOfNumber,
  evaluateOperand,
  parseDecimal,
  printDecimal,
  type Assignment,
  type Decimal,
  type EvaluationScope,
  type Row,
  type Value,
} from '@proj/dbal-contract'
import type { Field } from '@proj/dbal-schema'
import { getField } from './table.ts'

/** Range and type of the results are judged where rows are stored. */
export function assignValues(assignments: readonly Assignment[], scope: EvaluationScope): Row {
  const values = Object.assign(Object.create(null) as Row, scope.row)
  for (const assignment of assignments) {
    const field = getField(scope.entity, assignment.field)
    const old = scope.row[field.name] ?? null
    const operand = evaluateOperand(assignment.value, scope)
    values[field.name] =
      assignment.kind === 'set'
        ? operand
        : assignment.kind === 'add'
          ? add(field, old, operand)
          : advance(old, operand)
  }
  return values
}

function add(field: Field, old: Value, operand: Value): Value {
  if (old === null || operand === null) return null
  switch (field.type) {
    case 'integer':
    case 'float':
      return (old as number) + Number(operand)
    case 'bigint':
      return (old as bigint) + BigInt(operand as bigint | number)
    case 'decimal': {
      const sum = addDecimals(decimalOf(old), decimalOf(operand))
      return printDecimal(sum, sum.scale)
    }
    default:
      throw new TypeError('only numbers can be added to')
  }
}

/** The later of the operand and the old value plus one millisecond, so that versions never repeat. */
function advance(old: Value, operand: Value): Value {
  if (old instanceof Date && operand instanceof Date)
    return new Date(Math.max(operand.getTime(), old.getTime() + 1))
  if (typeof old === 'bigint' && typeof operand === 'bigint')
    return operand > old ? operand : old + 1n
  if (old === null) return operand
  throw new TypeError('only moments can be advanced')
}

function decimalOf(value: Value): Decimal {
  if (typeof value === 'number') return decimalOfNumber(value)
  const decimal = parseDecimal(value as string)
  if (decimal === undefined) throw new TypeError('only numbers can be added')
  return decimal
}

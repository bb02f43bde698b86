import type { Constraint, RulePredicate } from '@proj/dbal-schema'
import type { DBALError } from '../error/dbal-error.ts'
import { invalid } from '../error/raise.ts'
import { operandsOf, partsOf } from './predicate-parts.ts'

/** VALIDATION_ERROR over the fields a broken constraint speaks of, the same on every engine. */
export function constraintError({ check }: Constraint): DBALError {
  const fields = [...new Set(ownFields(check))]
  return invalid(fields.map((field) => ({ field, error: 'breaks a rule of the record' })))
}

function ownFields(predicate: RulePredicate): readonly string[] {
  const own = operandsOf(predicate).flatMap((operand) =>
    operand.kind === 'field' && operand.path.length === 0 ? [operand.field] : [],
  )
  return [...own, ...partsOf(predicate).flatMap(ownFields)]
}

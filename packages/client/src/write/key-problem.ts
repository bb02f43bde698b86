import type { FieldError } from '@proj/dbal-contract'

export function keyProblem(field: string): FieldError {
  return { field, error: 'is the primary key and may not be changed' }
}

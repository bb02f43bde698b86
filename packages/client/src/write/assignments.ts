// What an update sets: the caller's values, increments, and what every write sets by itself.
import {
  invalid,
  type Assignment,
  type FieldError,
  type Value,
  isPlainObject,
} from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import type { OperationContext } from '../operation/operation-context.ts'
import type { QueryBuilder } from '../query/query-builder.ts'
import { instant } from './fill-row.ts'
import { keyProblem } from './key-problem.ts'

type Data = Readonly<Record<string, unknown>>

/** Params go to the builder, whose shape then names fields and kinds of assignment. `path`: where the data stands. */
export function planAssignments(
  { entity, principal, now }: OperationContext,
  data: Data,
  builder: QueryBuilder,
  path = '',
): readonly Assignment[] {
  refuseFixed(entity, data, principal.system, path)
  const assignments: Assignment[] = []
  const push = (kind: Assignment['kind'], field: Field, value: Value): void => {
    builder.mark(`${kind}:${field.name}`)
    const operand = builder.param(value, field.type)
    assignments.push({ kind, field: field.name, value: operand })
  }
  for (const [name, value] of Object.entries(data)) {
    const field = entity.fields.get(name)
    if (field === undefined) continue
    if (field.type !== 'json' && isPlainObject(value))
      push('add', field, value['increment'] as Value)
    else push('set', field, value as Value)
  }
  for (const field of entity.fields.values()) {
    if (Object.hasOwn(data, field.name)) continue
    if (field.autoUpdate) {
      const advances = field.type === 'datetime' || field.type === 'bigint'
      push(advances ? 'advance' : 'set', field, instant(field, now))
    } else if (entity.optimisticLock === field.name) {
      push('add', field, field.type === 'bigint' ? 1n : 1)
    }
  }
  return assignments
}

/** Throws VALIDATION_ERROR for fields that no update may name. */
function refuseFixed(entity: Entity, data: Data, system: boolean, path: string): void {
  const errors: FieldError[] = []
  for (const name of Object.keys(data)) {
    const field = entity.fields.get(name)
    if (field === undefined) continue
    if (field.primary || entity.primaryKey.includes(name)) {
      errors.push(keyProblem(path + name))
    } else if (field.immutable) errors.push({ field: path + name, error: 'may not be changed' })
    else if (entity.optimisticLock === name && !system) {
      errors.push({
        field: path + name,
        error: 'is counted automatically; send ifVersion to check it',
      })
    }
  }
  if (errors.length > 0) throw invalid(errors)
}

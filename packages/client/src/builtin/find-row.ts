// Look-ups of one row by a unique key: `read`, `read_by_*`, `get_by_*`.
import { DBALError, invalid, type ResultRow } from '@proj/dbal-contract'
import { matchFields, type PrincipalAccess, type ReadVerb } from '@proj/dbal-policy'
import type { Entity } from '@proj/dbal-schema'
import type { OperationContext } from '../operation/operation-context.ts'
import { compileInclude, compileSelect } from '../query/compile-selection.ts'
import { findKey, keyValues } from '../query/row-key.ts'
import { demandValid, newBuilder, template } from '../query/template.ts'

type Input = Readonly<Record<string, unknown>>

/** Rejects with NOT_FOUND, or throws it, when the row is absent, hidden, or its key malformed: the caller cannot tell. */
export function findRow(
  context: OperationContext,
  input: Input,
  fields: readonly string[],
  verb: ReadVerb,
): Promise<ResultRow> {
  const { entity, store } = context
  const builder = newBuilder(context)
  const select = compileSelect(input['select'], entity, builder, verb)
  const include = compileInclude(input['include'], entity, builder, verb)
  builder.mark(fields.join())
  demandValid(builder)
  const values = keyValues(entity, fields, input)
  const query = template(context, builder.shape, () => {
    const shift = builder.params.length
    return {
      kind: 'select',
      entity: entity.name,
      fields: select,
      where: matchFields(entity, fields, shift),
      sort: [],
      ...(include.length > 0 ? { include } : {}),
    } as const
  })
  return store.select(query, [...builder.params, ...values], verb).then(theRow)
}

function theRow([row]: readonly ResultRow[]): ResultRow {
  if (row === undefined) throw new DBALError('NOT_FOUND')
  return row
}

/** Which row `read` and `delete` are asked for: by every key field given, one of them unique. */
export function namedFields(
  entity: Entity,
  input: Input,
  access: PrincipalAccess,
): readonly string[] {
  if (findKey(entity, input) === undefined) {
    const fields = access.entity(entity)
    const open = entity.uniques.filter((key) =>
      key.every((name) => fields.field(name, 'filter', 'read') !== false),
    )
    const keys = open.map((key) => key.join(' + ')).join(', ')
    throw invalid([{ field: entity.primaryKey.join(), error: `one of ${keys} is required` }])
  }
  const names: string[] = []
  for (const name of Object.keys(input)) if (entity.fields.has(name)) names.push(name)
  return names
}

/** Which row `read_by_<field>` and its like are asked for: by that field and every other one given. */
export function lookUpFields({ operation }: OperationContext, input: Input): string[] {
  const declared = operation.input.flatMap(({ name, field }) =>
    field !== undefined && input[name] !== undefined ? [field] : [],
  )
  return [...new Set([operation.byField ?? '', ...declared])]
}

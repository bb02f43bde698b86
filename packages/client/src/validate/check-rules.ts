// `validation:` of an operation: the families with a built-in meaning, else a registered rule; and the
// rule that needs no saying, that nobody hands out a role above his own.
import {
  canonicalValue,
  conflict,
  DBALError,
  invalid,
  sameValue,
  unsupported,
  type FieldError,
  type Value,
} from '@proj/dbal-contract'
import { lookUpQuery } from '@proj/dbal-policy'
import type { Entity, Field } from '@proj/dbal-schema'
import type { OperationContext } from '../operation/operation-context.ts'
import { relax } from '../query/filter-value.ts'
import { SYSTEM } from '../principal/create-principal.ts'
import { dataParts } from '../write/data-parts.ts'
import { NO_ESCALATION, readFamily } from './rule-families.ts'

type Input = Readonly<Record<string, unknown>>
type RuleOwner = Pick<OperationContext, 'entity' | 'operation' | 'principal'>

/** False where there is nothing to check, so that most calls do not wait for it. */
export function hasRules({ entity, operation, principal }: RuleOwner): boolean {
  if (operation.validation.length > 0) return true
  if (!WRITES.has(operation.builtIn ?? '')) return false
  return (entity.principal && !principal.system) || (entity.customConstraints ?? []).length > 0
}

const WRITES: ReadonlySet<string> = new Set([
  'create',
  'create_many',
  'update',
  'update_many',
  'upsert',
])

/** Throws VALIDATION_ERROR with every problem, or FORBIDDEN for a role above the caller's own. */
export async function checkRules(context: OperationContext, input: Input): Promise<void> {
  const { entity, operation } = context
  const problems: FieldError[] = []
  const written = dataOf(context, input)
  const escalation = operation.validation.find(({ rule }) => rule === NO_ESCALATION)
  if (entity.principal || escalation !== undefined) {
    demandNoEscalation(context, written, escalation?.message)
  }
  for (const { rule, message } of operation.validation) {
    if (rule === NO_ESCALATION) continue
    const known = readFamily(entity, rule)
    if (known === undefined) await checkRegistered(context, input, rule, message, problems)
    // `_format` and `_range` are the field's own limits, which validation has applied already.
    else if (known.family === 'unique' && known.field !== undefined) {
      await checkUnique(context, written, keyOf(context, input), known.field, message)
    }
  }
  if (WRITES.has(operation.builtIn ?? '')) {
    for (const name of entity.customConstraints ?? []) {
      for (const data of written) {
        await checkRegistered(context, data, name, 'breaks a rule of the record', problems)
      }
    }
  }
  if (problems.length > 0) throw invalid(problems)
}

/** Nobody hands out a role above his own; the default is always allowed. */
function demandNoEscalation(
  { entity, principal, runtime }: OperationContext,
  written: readonly Input[],
  reason = 'the role is above your own',
): void {
  const { roles } = runtime.model
  if (principal.system) return
  for (const field of [...entity.fields.values()].filter((each) => isRoleField(each, roles.names)))
    for (const data of written) {
      const role = Object.hasOwn(data, field.name) ? data[field.name] : undefined
      if (typeof role !== 'string' || isDefault(field, role)) continue
      const above = roles.above.get(role)
      // A value of the field that is no role gives nothing.
      const reaches = above === undefined || principal.roles.some((own) => above.includes(own))
      if (!reaches) throw new DBALError('FORBIDDEN', { details: { reason } })
    }
}

/** An enum made of roles, or the field that `$user.role` comes from, whatever it may hold besides. */
function isRoleField({ name, type, values = [] }: Field, roles: readonly string[]): boolean {
  if (type === 'enum' && values.every((value) => roles.includes(value))) return true
  return name === 'role' && (type === 'enum' || type === 'string' || type === 'text')
}

function isDefault(field: Field, role: string): boolean {
  return field.default?.kind === 'literal' && field.default.value === role
}

/** The data an operation would write, item by item; of a handler all of its input. */
function dataOf({ operation }: RuleOwner, input: Input): readonly Input[] {
  const parts = dataParts(operation, input).map(([, data]) => data)
  return parts.length > 0 ? parts : [input]
}

/** What names the row that is written, where the operation names one. */
function keyOf({ operation }: RuleOwner, input: Input): Input | undefined {
  if (operation.builtIn === 'upsert') return input['where'] as Input
  return operation.builtIn === 'update' ? input : undefined
}

/**
 * Of a field without a unique key: with one, the database says so itself. Two callers at the same time may
 * both pass; only a key keeps them apart.
 */
async function checkUnique(
  { entity, store, options }: OperationContext,
  written: readonly Input[],
  own: Input | undefined,
  field: Field,
  reason: string,
): Promise<void> {
  if (isKeyed(entity, field)) return
  const ownFields = Object.keys(own ?? {}).filter((name) => isKeyed(entity, { name }))
  const isOwn = (row: Input): boolean =>
    ownFields.length > 0 &&
    ownFields.every((name) => isStored(entity, name, row[name] as Value, own?.[name]))
  const seen = new Set<unknown>()
  for (const data of written) {
    const value = Object.hasOwn(data, field.name) ? data[field.name] : undefined
    if (value === undefined || value === null) continue
    const fields = [...new Set([...entity.primaryKey, ...ownFields])]
    const query = lookUpQuery(entity, [field.name], fields)
    const { rows } = await store.base.run(query, [value as Value], { signal: options.signal })
    // Records of one call are told apart too; the arms of an upsert are one record.
    const isTwice = own === undefined && seen.has(String(value))
    seen.add(String(value))
    if (!isTwice && rows.every(isOwn)) continue
    const { code, details } = conflict([field.name], 'unique')
    throw new DBALError(code, { details: { ...details, reason } })
  }
}

/** A key may be given in another spelling than the stored one, a uuid in upper case say. */
function isStored({ fields }: Entity, name: string, stored: Value, given: unknown): boolean {
  const field = fields.get(name)
  const checked = field === undefined ? undefined : canonicalValue(relax(field), given)
  if (field === undefined || checked?.ok !== true) return false
  return sameValue(field.type, stored, checked.value)
}

/** The database knows better what it is unique with. */
function isKeyed({ uniques, indexes }: Entity, { name }: Pick<Field, 'name'>): boolean {
  return (
    uniques.some((key) => key.includes(name)) ||
    indexes.some(({ unique, fields }) => unique && fields.includes(name))
  )
}

async function checkRegistered(
  { runtime, principal, store, options }: OperationContext,
  input: Input,
  name: string,
  message: string,
  problems: FieldError[],
): Promise<void> {
  const rule = runtime.rules.get(name)
  if (rule === undefined)
    throw unsupported(
      'rules',
      `no code is registered for the rule ${name}: give it as rules: { ${name} }`,
    )
  const connection = { store: store.base, inTransaction: store.inTransaction }
  const client = runtime.scope(principal, connection, options)
  const system = runtime.scope(SYSTEM, connection, options)
  const verdict = await rule({ input, client, system, principal })
  if (verdict !== true) {
    problems.push({ field: name, error: typeof verdict === 'string' ? verdict : message })
  }
}

// `validation:` of an operation: the families with a built-in meaning, else a registered rule; and the
// rule that needs no saying, that nobody hands out a role above his own.
import { invalid, unsupported, type FieldError } from '@proj/dbal-contract'
import type { Field } from '@proj/dbal-schema'
import type { OperationContext } from '../operation/operation-context.ts'
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

/** Throws VALIDATION_ERROR with every problem, or refuses a role above the caller's own. */
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
    // `_format` and `_range` are the field's own limits, which validation has applied already; `_unique` is
    // asked when the rows are known to be the caller's to write.
    if (readFamily(entity, rule) === undefined)
      await checkRegistered(context, input, rule, message, problems)
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
  { entity, principal, runtime, store }: OperationContext,
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
      if (!reaches) throw store.access.refusal({ reason })
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

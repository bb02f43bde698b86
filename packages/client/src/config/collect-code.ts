// Code that the contract asks for: handlers of operations, validation rules. What is missing or not
// asked for is said at start-up, all of it at once.
import { DBALError, type FieldError } from '@proj/dbal-contract'
import type { Entity, Model, OperationSpec } from '@proj/dbal-schema'
import { credentialHandler } from '../credentials/credential-handlers.ts'
import { withHint } from '../query/unknown-name.ts'
import { sandboxHandler } from '../sandbox/sandbox-handlers.ts'
import type { ScriptSandbox } from '../sandbox/script-sandbox.ts'
import { needsCode } from '../validate/rule-families.ts'
import type { ClientConfig, OperationHandler, ValidationRule } from './client-config.ts'

export interface RegisteredCode {
  /** By `Entity.operation`, in the spelling of the spec. */
  readonly handlers: ReadonlyMap<string, OperationHandler>
  readonly rules: ReadonlyMap<string, ValidationRule>
}

/** Throws VALIDATION_ERROR that lists what is missing, and names nobody asked for. */
export function collectCode(
  model: Model,
  config: ClientConfig,
  sandbox: ScriptSandbox,
): RegisteredCode {
  const errors: FieldError[] = []
  const defer = config.missingCode === 'defer'
  const standard = (entity: Entity, operation: OperationSpec): OperationHandler | undefined =>
    standardHandler(model, entity, operation, sandbox)
  const handlers = collectHandlers(model, config.operations ?? {}, standard, defer, errors)
  const rules = collectRules(model, config.rules ?? {}, defer, errors)
  if (errors.length > 0) {
    const reason = 'the contract asks for code that is not registered'
    throw new DBALError('VALIDATION_ERROR', { details: { reason, fields: errors } })
  }
  return { handlers, rules }
}

function collectHandlers(
  model: Model,
  given: Readonly<Record<string, unknown>>,
  standard: (entity: Entity, operation: OperationSpec) => OperationHandler | undefined,
  defer: boolean,
  errors: FieldError[],
): ReadonlyMap<string, OperationHandler> {
  const handlers = new Map<string, OperationHandler>()
  const wanted = new Map<string, string>()
  for (const entity of model.entities.values()) {
    for (const operation of entity.operations.values()) {
      if (operation.builtIn !== undefined) continue
      const name = `${entity.name}.${operation.name}`
      wanted.set(name, name).set(`${entity.name}.${operation.method}`, name)
      const handler = standard(entity, operation)
      if (handler !== undefined) handlers.set(name, handler)
    }
  }
  for (const [key, handler] of Object.entries(given)) {
    const name = wanted.get(key)
    const field = `operations.${key}`
    if (name === undefined) {
      const problem = 'is not an operation that takes a handler'
      errors.push({ field, error: withHint(problem, key, wanted.keys()) })
    } else if (isCode(handler)) handlers.set(name, handler)
    else errors.push({ field, error: 'must be a function' })
  }
  for (const name of new Set(wanted.values())) {
    if (defer || handlers.has(name)) continue
    // One that was given and is no function has been reported.
    const given = errors.some(({ field }) => wanted.get(field.replace('operations.', '')) === name)
    if (!given) errors.push({ field: `operations.${name}`, error: 'needs a handler' })
  }
  return handlers
}

/** Operations whose meaning the product knows: credentials, and code that runs in the sandbox. */
function standardHandler(
  model: Model,
  entity: Entity,
  operation: OperationSpec,
  sandbox: ScriptSandbox,
): OperationHandler | undefined {
  if (entity.security.sandboxRequired) return sandboxHandler(model, entity, operation, sandbox)
  return credentialHandler(entity, operation)
}

function collectRules(
  model: Model,
  given: Readonly<Record<string, unknown>>,
  defer: boolean,
  errors: FieldError[],
): ReadonlyMap<string, ValidationRule> {
  const rules = new Map<string, ValidationRule>()
  for (const [name, rule] of Object.entries(given)) {
    if (isCode(rule)) rules.set(name, rule)
    else errors.push({ field: `rules.${name}`, error: 'must be a function' })
  }
  for (const [name, by] of wantedRules(model)) {
    if (defer || Object.hasOwn(given, name)) continue
    errors.push({ field: `rules.${name}`, error: `is needed by ${by.join(', ')}` })
  }
  return rules
}

/** Rules that only code can decide, with who asks for them. */
function wantedRules(model: Model): ReadonlyMap<string, readonly string[]> {
  const wanted = new Map<string, string[]>()
  const want = (rule: string, by: string): void => {
    wanted.set(rule, [...(wanted.get(rule) ?? []), by])
  }
  for (const entity of model.entities.values()) {
    for (const rule of entity.customConstraints ?? []) want(rule, entity.name)
    for (const operation of entity.operations.values()) {
      for (const { rule } of operation.validation) {
        if (needsCode(entity, rule)) want(rule, `${entity.name}.${operation.name}`)
      }
    }
  }
  return wanted
}

function isCode(value: unknown): value is OperationHandler & ValidationRule {
  return typeof value === 'function'
}

// An operation that the app's own code runs. Its client acts as the caller; what it does as the system
// it has to say.
import {
  DBALError,
  toAbortSignal,
  unsupported,
  type CallOptions,
  type Principal,
  type Row,
  type RunningOptions,
} from '@proj/dbal-contract'
import { allFields, looksAtRow, lookUpQuery } from '@proj/dbal-policy'
import type { Action, Entity, OperationSpec, RulePredicate } from '@proj/dbal-schema'
import type { HandlerContext } from '../config/client-config.ts'
import { secretsOf } from '../credentials/credential-handlers.ts'
import { SYSTEM } from '../principal/create-principal.ts'
import { keyOf, keyValues } from '../query/row-key.ts'
import type { ScopedClient } from '../scoped-client.ts'
import { demandUnique, uniqueRules } from '../write/demand-unique.ts'
import type { OperationContext } from './operation-context.ts'

type Input = Readonly<Record<string, unknown>>
type Keys = readonly (readonly string[])[]

const NO_KEYS: Keys = []

export async function runHandler(context: OperationContext, input: Input): Promise<unknown> {
  const { runtime, entity, operation } = context
  const handler = runtime.handlers.get(`${entity.name}.${operation.name}`)
  if (handler === undefined) {
    throw unsupported('handlers', `${entity.name}.${operation.name} has no registered handler`)
  }
  const keys = keysNamed(entity, input)
  const isBound = keys.length > 0 || operation.rowLevelCheck !== undefined
  if (isBound && !context.store.access.system) await checkRow(context, input, keys)
  for (const rule of uniqueRules(context))
    await demandUnique(
      context,
      rule,
      Object.hasOwn(input, rule.field.name) ? [input[rule.field.name]] : [],
      Object.keys(input),
      0,
    )
  const answer: unknown = await handler(new Handling(context, input, secretsOf(handler)))
  return checkOutput(answer, operation)
}

/** What a handler is given. Most look at little of it, and none of it is cheap: each is made when it is looked at. */
class Handling implements HandlerContext {
  readonly input: Input
  readonly principal: Principal
  readonly #context: OperationContext
  readonly #secrets: readonly string[]
  #readSecret: HandlerContext['readSecret'] | undefined
  #client: ScopedClient | undefined
  #system: ScopedClient | undefined
  #options: CallOptions | undefined

  constructor(context: OperationContext, input: Input, secrets: readonly string[]) {
    this.input = input
    this.principal = context.principal
    this.#context = context
    this.#secrets = secrets
  }

  get readSecret(): HandlerContext['readSecret'] {
    this.#readSecret ??= secretReader(this.#context, this.#secrets)
    return this.#readSecret
  }

  get client(): ScopedClient {
    this.#client ??= this.#scope(this.principal)
    return this.#client
  }

  get system(): ScopedClient {
    this.#system ??= this.#scope(SYSTEM)
    return this.#system
  }

  get options(): CallOptions {
    this.#options ??= forHandler(optionsOf(this.#context))
    return this.#options
  }

  #scope(principal: Principal): ScopedClient {
    const { runtime, store } = this.#context
    const connection = { store: store.base, inTransaction: store.inTransaction }
    return runtime.scope(principal, connection, inherited(optionsOf(this.#context)))
  }
}

function optionsOf({ options, requestId }: OperationContext): RunningOptions {
  return requestId === undefined ? options : { ...options, requestId: requestId() }
}

function forHandler({ signal, ...rest }: RunningOptions): CallOptions {
  return signal === undefined ? rest : { ...rest, signal: toAbortSignal(signal) }
}

/** What the calls of a handler have in common with its own; a key of idempotency is for one call. */
function inherited({ signal, timeoutMs, requestId }: RunningOptions): RunningOptions {
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(requestId === undefined ? {} : { requestId }),
  }
}

/**
 * What must hold of the row that the input names: the rules of the actions that the operation needs on
 * its own entity, and its `row_level_check`. Else NOT_FOUND, whether there is such a row or not. A check
 * that looks at no row is about `$input` and `$user` alone: else FORBIDDEN.
 */
async function checkRow(context: OperationContext, input: Input, keys: Keys): Promise<void> {
  const { entity, operation, store } = context
  const { rowLevelCheck } = operation
  const needsRow = rowLevelCheck !== undefined && looksAtRow(rowLevelCheck)
  if (rowLevelCheck !== undefined && !needsRow) {
    const holds = await store.satisfies(rowLevelCheck, entity, undefined)
    if (!holds) throw store.access.refusal()
  }
  const named = await rowsNamed(context, input, keys)
  if (needsRow && (named.length === 0 || !named.every(({ stored }) => stored)))
    throw new DBALError('NOT_FOUND')
  const rules = [...actionRules(context), ...(needsRow ? [rowLevelCheck] : [])]
  for (const { row } of named)
    for (const rule of rules) {
      const holds = await store.satisfies(rule, entity, row)
      if (!holds) throw new DBALError('NOT_FOUND')
    }
}

/** Those unique keys that the input holds whole: a handler may look a row up by any of them. */
function keysNamed({ uniques }: Entity, input: Input): Keys {
  let named: (readonly string[])[] | undefined
  for (const key of uniques) if (isWhole(key, input)) (named ??= []).push(key)
  return named ?? NO_KEYS
}

function isWhole(key: readonly string[], input: Input): boolean {
  for (const name of key)
    if (!Object.hasOwn(input, name) || input[name] === undefined || input[name] === null)
      return false
  return true
}

/** The rows of the keys. One that is not stored has its key and nothing else. Throws NOT_FOUND for a value that no key can have. */
async function rowsNamed(
  { entity, store, options }: OperationContext,
  input: Input,
  keys: Keys,
): Promise<readonly { readonly row: Row; readonly stored: boolean }[]> {
  const named: { row: Row; stored: boolean }[] = []
  for (const fields of keys) {
    const values = keyValues(entity, fields, input)
    const query = lookUpQuery(entity, fields, allFields(entity))
    const { rows } = await store.base.run(query, values, { signal: options.signal })
    const [found] = rows as readonly Row[]
    const row = found ?? (Object.create(null) as Row)
    if (found === undefined) for (const [i, name] of fields.entries()) row[name] = values[i] ?? null
    named.push({ row, stored: found !== undefined })
  }
  return named
}

/** A grant may hold for some rows only, the caller's own say; then it must hold for this one. */
function actionRules({ entity, operation, store }: OperationContext): readonly RulePredicate[] {
  return operation.verbs
    .filter((verb) => verb.entity === entity.name && verb.action !== 'create')
    .map((verb) => store.access.entity(entity).decide(verb.action as Action).where)
}

function secretReader(
  context: OperationContext,
  own: readonly string[],
): HandlerContext['readSecret'] {
  return (where) => readSecret(context, where, own)
}

async function readSecret(
  { entity, operation, store, options }: OperationContext,
  where: Input,
  own: readonly string[],
): Promise<Input | undefined> {
  const named = keyOf(entity, where)
  if (named === undefined) return undefined
  const [fields, values] = named
  const wanted = [...new Set([...entity.primaryKey, ...operation.reads, ...own])]
  const query = lookUpQuery(entity, fields, wanted)
  const { rows } = await store.base.run(query, values, { signal: options.signal })
  return rows[0]
}

/** A handler that answers something else than its spec says is a fault of the handler. */
function checkOutput(answer: unknown, { output }: OperationSpec): unknown {
  if (output.kind === 'entity' || output.type === 'json') return answer ?? null
  const expected = { boolean: 'boolean', integer: 'number', float: 'number', string: 'string' }
  if (typeof answer !== expected[output.type]) {
    throw new DBALError('INTERNAL_ERROR', {
      details: { reason: `the handler did not answer ${output.type}` },
    })
  }
  return answer
}

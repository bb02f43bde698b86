// One case, played on an empty store. Every step is judged; the first that differs ends the case.
import { DBALClient, type Auth, type ScopedClient } from '@proj/dbal'
import {
  decodeClaims,
  decodeInput,
  encodeResult,
  isDBALError,
  type Adapter,
  type Feature,
} from '@proj/dbal-contract'
import {
  findCalledEntity,
  findCalledOperation,
  type Entity,
  type Model,
  type OperationSpec,
} from '@proj/dbal-schema'
import type { Caller, Target } from '../targets/target.ts'
import { PROBES } from '../probes/probes.ts'
import { matchOutput } from './match-output.ts'
import { BadReference, resolveReferences } from './references.ts'
import {
  isProbe,
  isTogether,
  isTransaction,
  type Asking,
  type Expected,
  type PlainRecord,
  type Vector,
} from './vector.ts'
import type { OperationStep, ProbeStep, Step, TogetherStep, TransactionStep } from './vector.ts'

export type Outcome =
  | { readonly result: 'pass' }
  /** A feature that the case requires is lacking, and the engine said so instead of doing half of it. */
  | { readonly result: 'refused'; readonly feature: string }
  | { readonly result: 'fail'; readonly reason: string; readonly step: number }

/** The step answered otherwise than expected; it travels through transactions, which it rolls back. */
class Difference extends Error {
  readonly step: number
  /** The code the step failed with, if it failed. */
  readonly code: string | undefined
  constructor(message: string, step: number, code?: string) {
    super(message)
    this.step = step
    this.code = code
  }
}

class RolledBack extends Error {}

export interface Played {
  readonly outcome: Outcome
  /** What the client says that there is on this store. */
  readonly features: ReadonlySet<Feature>
}

/** `adapter` is at the model and empty; it is closed. It never rejects. */
export async function playVector(
  vector: Vector,
  model: Model,
  adapter: Adapter,
  face?: Target['face'],
): Promise<Played> {
  const { maxQueryComplexity } = vector
  const client = new DBALClient({
    schema: model,
    adapter,
    missingCode: 'defer',
    performance: { maxQueryComplexity },
  })
  const caller = await face?.(client, model)
  const play = new Play(vector, model, adapter, caller ?? client)
  const { features } = await client.capabilities()
  const lacking =
    vector.requires.find((feature) => !(features as ReadonlySet<string>).has(feature)) ??
    (face !== undefined && changesPrincipal(vector) ? 'as' : undefined) ??
    (caller?.transactions === false && vector.steps.some((step) => isOfCaller(step, vector))
      ? 'transactions'
      : undefined)
  try {
    return { features, outcome: await judgePlay(play, vector, lacking) }
  } finally {
    await caller?.close()
    await client.close()
  }
}

async function judgePlay(
  play: Play,
  vector: Vector,
  lacking: string | undefined,
): Promise<Outcome> {
  try {
    await play.store()
    await play.steps(vector.steps)
    if (lacking === undefined) return { result: 'pass' }
    return { result: 'fail', step: -1, reason: `it lacks ${lacking}, and does it` }
  } catch (error) {
    const isDifference = error instanceof Difference
    if (lacking !== undefined && isDifference && error.code === 'CAPABILITY_NOT_SUPPORTED')
      return { result: 'refused', feature: lacking }
    const reason = error instanceof Error ? error.message : String(error)
    return { result: 'fail', reason, step: isDifference ? error.step : -1 }
  }
}

class Play {
  readonly #vector: Vector
  readonly #model: Model
  readonly #adapter: Adapter
  readonly #client: Caller
  readonly #answers: unknown[] = []

  constructor(vector: Vector, model: Model, adapter: Adapter, client: Caller) {
    this.#vector = vector
    this.#model = model
    this.#adapter = adapter
    this.#client = client
  }

  /** The rows that the case starts from. */
  async store(): Promise<void> {
    const system = this.#client.system()
    for (const [name, rows] of Object.entries(this.#vector.given))
      for (const row of rows) {
        const { entity, operation } = this.#find(name, 'create')
        const input = this.#decode(entity, operation, row)
        try {
          await system.call({ entity: name, action: 'create', input })
        } catch (error) {
          throw new Error(`the given ${name} ${JSON.stringify(row)}: ${printError(error)}`, {
            cause: error,
          })
        }
      }
  }

  /** Inside a transaction: `on` is its own client. */
  async steps(steps: readonly Step[], on?: ScopedClient): Promise<void> {
    for (const step of steps) {
      if (isTogether(step)) {
        await this.#together(step, on)
        continue
      }
      // A principal that is refused is an answer of an operation.
      const caller = (): ScopedClient => this.#caller(step, on)
      if (isProbe(step)) await this.#probe(step, caller())
      else if (isTransaction(step)) await this.#transaction(step, caller())
      else await this.#operation(step, caller)
    }
  }

  #operation(step: OperationStep, caller: () => ScopedClient): Promise<void> {
    return this.#judge(step.expected, this.#prepare(step, caller))
  }

  /** All are made before the first is waited for, and are over before the first is judged. */
  async #together({ together }: TogetherStep, on: ScopedClient | undefined): Promise<void> {
    const calls = together.map((step) => this.#prepare(step, () => this.#caller(step, on)))
    const answers = calls.map((call) => call())
    await Promise.allSettled(answers)
    for (const [n, answer] of answers.entries())
      await this.#judge((together[n] as OperationStep).expected, () => answer)
  }

  /** A principal that is refused is an answer of its operation. */
  #prepare(step: OperationStep, caller: () => ScopedClient): () => Promise<unknown> {
    const { entity, operation } = this.#find(step.entity, step.action)
    const resolved = resolveReferences(step.input ?? {}, this.#answers)
    const input = this.#decode(entity, operation, resolved as PlainRecord)
    return async () => {
      const answer = await caller().call({ entity: entity.name, action: operation.name, input })
      return encodeResult(this.#model, entity.name, operation, answer)
    }
  }

  async #transaction(step: TransactionStep, caller: ScopedClient): Promise<void> {
    const { isolation, rollback = false } = step
    await this.#judge(step.expected ?? { status: 'success' }, async () => {
      try {
        await caller.transaction(
          async (tx) => {
            await this.steps(step.transaction, tx)
            if (rollback) throw new RolledBack()
          },
          { isolation, retry: false },
        )
      } catch (error) {
        if (!(error instanceof RolledBack)) throw error
      }
      return null
    })
  }

  async #probe({ probe: name }: ProbeStep, system: ScopedClient): Promise<void> {
    const probe = PROBES.get(name)
    if (probe === undefined) throw new BadReference(`there is no probe ${name}`)
    await this.#judge({ status: 'success' }, async () => {
      await probe({ adapter: this.#adapter, model: this.#model, system })
      return null
    })
  }

  async #judge(expected: Expected, act: () => Promise<unknown>): Promise<void> {
    const wanted = resolveReferences(expected, this.#answers) as Expected
    let answer: unknown
    let code: string | undefined
    try {
      answer = toPlain(await act())
    } catch (error) {
      if (!isDBALError(error)) throw error
      code = error.code
      answer = toPlain({ code, message: error.message, details: error.details })
    }
    const step = this.#answers.push(answer) - 1
    const difference =
      code === undefined ? judgeAnswer(wanted, answer) : this.#judgeError(wanted, answer as Failure)
    if (difference !== undefined) throw new Difference(difference, step, code)
  }

  #judgeError({ status, error = {} }: Expected, failure: Failure): string | undefined {
    if (status !== 'error') return `it fails with ${JSON.stringify(failure)}`
    const { code, message, fields, details, same_as: earlier } = error
    if (code !== undefined && code !== failure.code && code !== this.#statusOf(failure.code))
      return `it fails with ${JSON.stringify(failure)}, not ${code}`
    if (message !== undefined && message !== failure.message)
      return `its message is ${JSON.stringify(failure.message)}, not ${JSON.stringify(message)}`
    const named = failure.details?.fields?.map(({ field }) => field) ?? []
    if (fields !== undefined && [...fields].sort().join() !== [...named].sort().join())
      return `it names the fields ${named.join(', ')}, not ${fields.join(', ')}`
    if (earlier !== undefined) {
      const first = JSON.stringify(this.#answers[earlier])
      const second = JSON.stringify(failure)
      if (first !== second) return `it fails with ${second}, and step ${earlier} with ${first}`
    }
    return details === undefined ? undefined : matchOutput(details, failure.details, '$.details')
  }

  #statusOf(code: string): number | undefined {
    return this.#model.errors.codes.get(code)?.httpStatus
  }

  #caller(step: Exclude<Step, TogetherStep>, on: ScopedClient | undefined): ScopedClient {
    const { as = this.#vector.as, context = this.#vector.context } = step
    // Inside a transaction, a step that says nothing asks as the transaction does.
    if (on !== undefined && step.as === undefined && step.context === undefined) return on
    const scope = on ?? this.#client
    return isSystem(as) ? scope.system() : scope.as(authOf(this.#model, as, context))
  }

  #find(name: string, action: string): { entity: Entity; operation: OperationSpec } {
    const entity = findCalledEntity(this.#model, name)
    const operation = entity && findCalledOperation(entity, action)
    if (entity === undefined || operation === undefined)
      throw new BadReference(`there is no ${name}.${action}`)
    return { entity, operation }
  }

  #decode(entity: Entity, operation: OperationSpec, input: PlainRecord): PlainRecord {
    return decodeInput(this.#model, entity, operation, input)
  }
}

/** A daemon knows one principal by each connection: in a caller's transaction nobody else can ask. */
function changesPrincipal(vector: Vector): boolean {
  return vector.steps.some((step) => isOfCaller(step, vector) && asksAsAnother(step.transaction))
}

function isOfCaller(step: Step, { as }: Vector): step is TransactionStep {
  return isTransaction(step) && !isSystem(step.as ?? as)
}

function asksAsAnother(steps: readonly Step[]): boolean {
  return steps.some((step) => {
    if (isTogether(step)) return asksAsAnother(step.together)
    if (step.as !== undefined || step.context !== undefined) return true
    return isTransaction(step) && asksAsAnother(step.transaction)
  })
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly details?: { readonly fields?: readonly { readonly field: string }[] }
}

function judgeAnswer({ status, output }: Expected, answer: unknown): string | undefined {
  if (status === 'error') return `it succeeds with ${JSON.stringify(answer)}`
  return output === undefined ? undefined : matchOutput(output, answer)
}

function isSystem(as: Asking | undefined): boolean {
  return as === undefined || (as !== null && as['system'] === true)
}

function authOf(model: Model, as: Asking | undefined, context: PlainRecord | undefined): Auth {
  return {
    ...(as === undefined || as === null ? {} : { user: decodeClaims(model, as) }),
    ...(context === undefined ? {} : { context }),
  }
}

/** JSON and nothing else: what the wire would carry. */
function toPlain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown
}

function printError(error: unknown): string {
  return isDBALError(error)
    ? JSON.stringify({ code: error.code, details: error.details })
    : String(error)
}

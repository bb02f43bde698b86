// The last argument of every call: `{ signal, timeoutMs, requestId, idempotencyKey }`.
import type { RunningOptions, StopSignal, FieldError } from '@proj/dbal-contract'
import { invalid, isStopSignal, toAbortSignal, isPlainObject } from '@proj/dbal-contract/base'

type Given = Readonly<Record<string, unknown>>

/** The longest delay a timer takes: some 24 days. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1
const MAX_ID_LENGTH = 200

/** What is wrong with each option's value; undefined when nothing is. */
const CHECKS: ReadonlyMap<string, (value: unknown) => string | undefined> = new Map([
  ['signal', checkSignal],
  [
    'timeoutMs',
    (value) =>
      typeof value === 'number' && value > 0 && value <= MAX_TIMEOUT_MS
        ? undefined
        : `must be a number from 1 to ${MAX_TIMEOUT_MS}`,
  ],
  ['requestId', checkId],
  ['idempotencyKey', checkId],
])

/** One of our own is that of a call around this one. */
function checkSignal(value: unknown): string | undefined {
  return isStopSignal(value) ? undefined : 'must be an AbortSignal'
}

function checkId(value: unknown): string | undefined {
  const fits = typeof value === 'string' && value !== '' && value.length <= MAX_ID_LENGTH
  return fits ? undefined : `must be a text of at most ${MAX_ID_LENGTH} characters`
}

/** Most calls have none; then nothing is made for them. */
export const NONE: RunningOptions = Object.freeze({})
const NOTHING: { readonly own: Given; readonly options: RunningOptions } = Object.freeze({
  own: Object.freeze({}),
  options: NONE,
})

/** The options that are given, without those that are undefined. Throws VALIDATION_ERROR. */
export function readOptions(value: unknown): RunningOptions {
  return splitOptions(value, []).options
}

/** Later options win, but for the signals: each of them stops the call. */
export function mergeOptions(first: RunningOptions, then: RunningOptions): RunningOptions {
  if (then === NONE) return first
  if (first === NONE) return then
  return under(eitherSignal(first.signal, then.signal), {
    timeoutMs: then.timeoutMs ?? first.timeoutMs,
    requestId: then.requestId ?? first.requestId,
    idempotencyKey: then.idempotencyKey ?? first.idempotencyKey,
  })
}

/** The same options with that signal, named one by one: V8 of Node 20 makes a hidden class for each spread that is added to. */
export function under(
  signal: StopSignal | undefined,
  { timeoutMs, requestId, idempotencyKey }: Omit<RunningOptions, 'signal'>,
): RunningOptions {
  return { signal, timeoutMs, requestId, idempotencyKey }
}

function eitherSignal(
  first: StopSignal | undefined,
  then: StopSignal | undefined,
): StopSignal | undefined {
  if (first === undefined || then === undefined) return first ?? then
  return AbortSignal.any([first, then].map(toAbortSignal))
}

/**
 * Options of the call beside those of the method itself (`{ all: true, timeoutMs: 50 }`), which are
 * told apart by name. Throws VALIDATION_ERROR for a name that is neither.
 */
export function splitOptions(
  value: unknown,
  ownNames: readonly string[],
): { readonly own: Given; readonly options: RunningOptions } {
  if (value === undefined) return NOTHING
  const own: Record<string, unknown> = {}
  const options: Record<string, unknown> = {}
  if (!isPlainObject(value)) throw invalid([{ field: 'options', error: 'must be an object' }])
  const errors: FieldError[] = []
  for (const name of Object.keys(value)) {
    const given = value[name]
    const check = CHECKS.get(name)
    if (given === undefined && (check !== undefined || ownNames.includes(name))) continue
    if (ownNames.includes(name)) own[name] = given
    else if (check === undefined) {
      errors.push({ field: `options.${name}`, error: 'is not a known option' })
    } else {
      const error = check(given)
      if (error !== undefined) errors.push({ field: name, error })
      options[name] = given
    }
  }
  if (errors.length > 0) throw invalid(errors)
  return { own, options }
}

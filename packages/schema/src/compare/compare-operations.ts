// The operations of one entity in two models: who calls them, with what, and what comes back.
import type { Entity } from '../model/entity.ts'
import type { InputSpec, OperationSpec, OutputSpec } from '../model/operation-spec.ts'
import { printPredicate } from '../predicate/print-predicate.ts'
import { isSame, pairUp, type ChangeList, type Subject } from './model-change.ts'

export function compareOperations(before: Entity, after: Entity, changes: ChangeList): void {
  const entity = after.name
  const { removed, added, kept } = pairUp(before.operations, after.operations)
  for (const { name } of removed) {
    const message = `the operation \`${entity}.${name}\` is removed`
    changes.breaking('operation-removed', { entity, operation: name }, message)
  }
  for (const { name } of added) {
    const message = `the operation \`${entity}.${name}\` is added`
    changes.safe('operation-added', { entity, operation: name }, message)
  }
  for (const [old, next] of kept)
    compareOperation(old, next, { entity, operation: next.name }, changes)
}

function compareOperation(
  before: OperationSpec,
  after: OperationSpec,
  subject: Subject,
  changes: ChangeList,
): void {
  const name = nameOf(subject)
  compareInputs(before, after, subject, changes)
  if (!isSame(before.output, after.output))
    changes.breaking(
      'output-changed',
      subject,
      `${name} answers ${printOutput(after.output)}, it was ${printOutput(before.output)}`,
    )
  if (before.builtIn !== after.builtIn)
    changes.risky('handler-changed', subject, `${name} is run by ${after.builtIn ?? 'a handler'}`)
  if (!isSame(accessOf(before), accessOf(after)))
    changes.risky('access-changed', subject, `${name} may be called by others than before`)
  compareLimits(before, after, subject, changes)
  compareChecks(before, after, subject, changes)
}

function compareInputs(
  before: OperationSpec,
  after: OperationSpec,
  subject: Subject,
  changes: ChangeList,
): void {
  const name = nameOf(subject)
  const { removed, added, kept } = pairUp(inputsOf(before), inputsOf(after))
  for (const input of removed)
    changes.breaking('input-removed', subject, `${name} takes no \`${input.name}\` any more`)
  for (const input of added)
    if (input.required)
      changes.breaking('required-input-added', subject, `${name} needs \`${input.name}\``)
    else changes.safe('input-added', subject, `${name} takes \`${input.name}\``)
  for (const [old, next] of kept) {
    if (old.type !== next.type) {
      const message = `${name}: \`${next.name}\` is ${next.type}, it was ${old.type}`
      changes.breaking('input-changed', subject, message)
    }
    if (next.required && !old.required)
      changes.breaking('input-required', subject, `${name} needs \`${next.name}\``)
    if (old.required && !next.required)
      changes.safe('input-optional', subject, `${name} can do without \`${next.name}\``)
  }
}

function compareLimits(
  before: OperationSpec,
  after: OperationSpec,
  subject: Subject,
  changes: ChangeList,
): void {
  const name = nameOf(subject)
  if (after.maxLimit < before.maxLimit)
    changes.breaking(
      'limit-narrowed',
      subject,
      `${name} answers at most ${after.maxLimit} rows, it was ${before.maxLimit}`,
    )
  if (after.maxLimit > before.maxLimit)
    changes.safe('limit-widened', subject, `${name} answers up to ${after.maxLimit} rows`)
  if (after.defaultLimit !== before.defaultLimit)
    changes.risky(
      'default-changed',
      subject,
      `${name} answers ${after.defaultLimit} rows unless told otherwise`,
    )
  if (after.pagination !== before.pagination)
    changes.risky(
      'pagination-changed',
      subject,
      `${name} ${after.pagination ? 'has' : 'has no'} pages`,
    )
  if (!isSame(before.fullTextSearch, after.fullTextSearch))
    changes.risky('search-changed', subject, `${name} searches other fields`)
  compareRate(before, after, subject, changes)
}

function compareRate(
  before: OperationSpec,
  after: OperationSpec,
  subject: Subject,
  changes: ChangeList,
): void {
  const [old, next] = [before.rateLimit, after.rateLimit]
  if (isSame(old, next)) return
  const name = nameOf(subject)
  if (next === undefined)
    changes.safe('rate-limit-removed', subject, `${name} has no rate limit any more`)
  else
    changes.risky(
      'rate-limit-changed',
      subject,
      `${name} may be called ${next.maxAttempts} times in ${next.windowSeconds} s`,
    )
}

function compareChecks(
  before: OperationSpec,
  after: OperationSpec,
  subject: Subject,
  changes: ChangeList,
): void {
  const name = nameOf(subject)
  const rules = pairUp(keyed(before.validation, 'rule'), keyed(after.validation, 'rule'))
  for (const { rule } of rules.added)
    changes.risky('validation-added', subject, `${name} checks \`${rule}\``)
  for (const { rule } of rules.removed)
    changes.safe('validation-removed', subject, `${name} does not check \`${rule}\` any more`)
  const errors = pairUp(keyed(before.errors, 'code'), keyed(after.errors, 'code'))
  for (const { code } of errors.added)
    changes.safe('operation-error-added', subject, `${name} may fail with ${code}`)
  for (const { code } of errors.removed)
    changes.risky('operation-error-removed', subject, `${name} does not fail with ${code} any more`)
}

/** What decides whether a call is let through. */
function accessOf(operation: OperationSpec): unknown {
  const { rowLevelCheck, verbs, reads } = operation
  return {
    public: operation.public,
    systemOnly: operation.systemOnly,
    verbs: verbs.map(({ entity, action }) => `${entity}:${action}`).sort(),
    reads: [...reads].sort(),
    rowLevelCheck: rowLevelCheck === undefined ? null : printPredicate(rowLevelCheck),
  }
}

function inputsOf(operation: OperationSpec): ReadonlyMap<string, InputSpec> {
  return keyed(operation.input, 'name')
}

function keyed<T, K extends keyof T>(
  list: readonly T[],
  key: K & (T[K] extends string ? K : never),
): ReadonlyMap<string, T> {
  return new Map(list.map((item) => [String(item[key]), item]))
}

function printOutput(output: OutputSpec): string {
  return output.kind === 'scalar' ? output.type : `${output.entity}${output.many ? '[]' : ''}`
}

function nameOf({ entity, operation }: Subject): string {
  return `\`${entity ?? ''}.${operation ?? ''}\``
}

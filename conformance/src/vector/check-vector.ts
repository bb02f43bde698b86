// What a case says, held against the contract before anything is played: names that do not exist are
// faults of the case. What a step expects to be refused may be as wrong as it likes.
import { findCalledEntity, findCalledOperation, type Entity, type Model } from '@proj/dbal-schema'
import { PROBES } from '../probes/probes.ts'
import {
  isProbe,
  isTogether,
  isTransaction,
  type OperationStep,
  type Step,
  type Vector,
} from './vector.ts'

/** The first fault; undefined: there is none. */
export function checkVector(vector: Vector, model: Model): string | undefined {
  for (const [name, rows] of Object.entries(vector.given)) {
    const entity = findCalledEntity(model, name)
    if (entity === undefined) return `given: there is no entity ${name}`
    for (const row of rows) {
      const unknown = unknownKey(entity, row)
      if (unknown !== undefined) return `given: ${name} has no field ${unknown}`
    }
  }
  return firstFault(vector.steps, model)
}

function firstFault(steps: readonly Step[], model: Model): string | undefined {
  for (const step of steps) {
    const fault = checkOne(step, model)
    if (fault !== undefined) return fault
  }
  return undefined
}

function checkOne(step: Step, model: Model): string | undefined {
  if (isTransaction(step)) return firstFault(step.transaction, model)
  if (isTogether(step)) return firstFault(step.together, model)
  if (!isProbe(step)) return checkStep(step, model)
  return PROBES.has(step.probe) ? undefined : `there is no probe ${step.probe}`
}

function checkStep({ entity: name, action, input, expected }: OperationStep, model: Model) {
  const entity = findCalledEntity(model, name)
  if (entity === undefined) return `there is no entity ${name}`
  const operation = findCalledOperation(entity, action)
  if (operation === undefined) return `there is no ${name}.${action}`
  if (expected.status === 'error') {
    const { code } = expected.error ?? {}
    const isKnown = typeof code !== 'string' || model.errors.codes.has(code)
    return isKnown ? undefined : `there is no error code ${code}`
  }
  const writes = operation.builtIn === 'create' || operation.builtIn === 'update'
  const unknown = writes ? unknownKey(entity, input, OPTIONS) : undefined
  if (unknown !== undefined) return `${name}.${action}: ${name} has no field ${unknown}`
  const odd = writes ? unknownKey(entity, expected.output, MATCHERS) : undefined
  return odd === undefined ? undefined : `${name}.${action} expects ${odd}, which ${name} has not`
}

const OPTIONS: ReadonlySet<string> = new Set(['ifVersion', 'ifUnchangedSince'])
const MATCHERS: ReadonlySet<string> = new Set(['$exact'])

function unknownKey(
  entity: Entity,
  record: unknown,
  others: ReadonlySet<string> = new Set(),
): string | undefined {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return undefined
  const known = (key: string): boolean =>
    entity.fields.has(key) || entity.relations.has(key) || others.has(key) || isColumn(entity, key)
  return Object.keys(record).find((key) => !known(key))
}

function isColumn({ fields }: Entity, key: string): boolean {
  return [...fields.values()].some(({ column }) => column === key)
}

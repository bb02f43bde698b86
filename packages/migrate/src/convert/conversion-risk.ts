// Which values survive a change of type, whatever the engine.
import type { Field } from '@proj/dbal-schema'
import type { Risk } from '../step.ts'
import { digitsOf, formOf, type Form } from './storage-form.ts'

type Rule = Risk | ((from: Field, to: Field) => Risk)

/** Digits of the largest value. */
const INT32_DIGITS = 10
const INT64_DIGITS = 19

const RULES: Readonly<Record<Form, Partial<Readonly<Record<Form, Rule>>>>> = {
  integer: {
    bigint: 'safe',
    float: 'safe',
    decimal: (_, to) => wholeDigits(to, INT32_DIGITS),
    boolean: 'may_fail',
    text: 'safe',
  },
  bigint: {
    integer: 'may_fail',
    // Beyond 2^53 a float keeps the nearest number only.
    float: 'loses_data',
    decimal: (_, to) => wholeDigits(to, INT64_DIGITS),
    // As milliseconds since 1970, which is what a generated bigint holds.
    datetime: 'may_fail',
    text: 'safe',
  },
  float: { integer: 'loses_data', bigint: 'loses_data', decimal: 'loses_data', text: 'safe' },
  decimal: {
    decimal: decimalRisk,
    integer: 'loses_data',
    bigint: 'loses_data',
    float: 'loses_data',
    text: 'safe',
  },
  boolean: { integer: 'safe', bigint: 'safe', text: 'safe' },
  datetime: { date: 'loses_data', bigint: 'safe', text: 'safe' },
  date: { datetime: 'safe', text: 'safe' },
  time: { text: 'safe' },
  json: { text: 'safe' },
  bytes: {},
  uuid: { text: 'safe' },
  text: {
    uuid: 'may_fail',
    integer: 'may_fail',
    bigint: 'may_fail',
    float: 'may_fail',
    decimal: 'may_fail',
    boolean: 'may_fail',
    datetime: 'may_fail',
    date: 'may_fail',
    time: 'may_fail',
  },
}

/** Undefined where no value of the one type has a meaning in the other: the column is emptied. */
export function conversionRisk(from: Field, to: Field): Risk | undefined {
  const [before, after] = [formOf(from), formOf(to)]
  const rule = RULES[before][after]
  if (typeof rule === 'function') return rule(from, to)
  return rule ?? (before === after ? 'safe' : undefined)
}

function wholeDigits(to: Field, needed: number): Risk {
  const { precision, scale } = digitsOf(to)
  return precision - scale >= needed ? 'safe' : 'may_fail'
}

function decimalRisk(from: Field, to: Field): Risk {
  const [before, after] = [digitsOf(from), digitsOf(to)]
  if (after.scale < before.scale) return 'loses_data'
  return wholeDigits(to, before.precision - before.scale)
}

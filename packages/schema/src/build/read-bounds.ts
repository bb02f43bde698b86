// min, max, lengths, pattern, enum values and decimal digits of a field: each must fit the type, and each other.
import type { Problems } from '../diagnostic/problems.ts'
import type { FieldType } from '../model/field.ts'
import {
  childOf,
  entryOf,
  itemsOf,
  numberOf,
  stringOf,
  type SpecNode,
} from '../source/spec-node.ts'
import { compareValues } from '../values/check-bounds.ts'
import { findPatternDanger, findPatternError } from '../values/check-pattern.ts'
import { isNumeric, isStringLike, isTemporal } from '../values/field-type.ts'
import { readValue } from '../values/read-value.ts'
import type { DraftField } from './draft.ts'

/** Code points a field holds that says nothing else. */
const DEFAULT_LENGTH: Partial<Record<FieldType, number>> = {
  string: 255,
  email: 255,
  url: 2048,
  text: 1024 * 1024,
}

export function readBounds(field: DraftField, problems: Problems): void {
  const { type } = field.spec
  const ranged = isNumeric(type) || isTemporal(type)
  const sized = isStringLike(type) || type === 'bytes'
  checkApplies(
    field,
    ['min', 'max'],
    ranged,
    sized ? 'a string has min_length and max_length' : undefined,
    problems,
  )
  checkApplies(
    field,
    ['min_length', 'max_length'],
    sized,
    ranged ? 'a number has min and max' : undefined,
    problems,
  )
  checkApplies(field, ['pattern'], isStringLike(type), undefined, problems)
  checkApplies(
    field,
    ['values', 'enum'],
    type === 'enum',
    'the type of a closed list is `enum`',
    problems,
  )
  checkApplies(field, ['precision', 'scale'], type === 'decimal', undefined, problems)
  if (type === 'decimal') readDigits(field, problems)
  if (ranged) readRange(field, problems)
  if (sized) readLengths(field, problems)
  if (type === 'enum') readValues(field, problems)
  if (isStringLike(type)) readPattern(field, problems)
}

function checkApplies(
  field: DraftField,
  keys: readonly string[],
  applies: boolean,
  hint: string | undefined,
  problems: Problems,
): void {
  if (applies) return
  for (const key of keys) {
    const entry = entryOf(field.node, key)
    if (entry !== undefined)
      problems.error(
        'not-applicable',
        entry.keyRange,
        `\`${key}\` has no meaning for a field of type ${field.spec.type}`,
        hint,
      )
  }
}

function readDigits(field: DraftField, problems: Problems): void {
  const { node, spec } = field
  const precision = countOf(childOf(node, 'precision'))
  const scale = countOf(childOf(node, 'scale'))
  spec.precision = precision ?? 20
  spec.scale = scale ?? Math.min(6, spec.precision)
  const entry = entryOf(node, 'scale') ?? entryOf(node, 'precision')
  if (entry !== undefined && spec.scale > spec.precision)
    problems.error(
      'min-above-max',
      entry.node.range,
      `scale (${spec.scale}) is larger than precision (${spec.precision})`,
      'precision counts all digits, scale those after the point',
    )
}

function readRange(field: DraftField, problems: Problems): void {
  const { node, spec } = field
  for (const key of ['min', 'max'] as const) {
    const bound = childOf(node, key)
    if (bound === undefined) continue
    const read = readValue(spec, bound)
    if ('fault' in read)
      problems.error('bad-value', bound.range, `\`${key}\` of \`${spec.name}\` ${read.fault}`)
    else if (typeof read.value === 'number' || typeof read.value === 'string')
      spec[key] = read.value
  }
  const min = childOf(node, 'min')
  if (spec.min === undefined || spec.max === undefined || min === undefined) return
  if (compareValues(spec, spec.min, spec.max) > 0)
    problems.error('min-above-max', min.range, `min (${spec.min}) is above max (${spec.max})`)
}

function readLengths(field: DraftField, problems: Problems): void {
  const { node, spec } = field
  const least = countOf(childOf(node, 'min_length'))
  const most = countOf(childOf(node, 'max_length')) ?? DEFAULT_LENGTH[spec.type]
  if (least !== undefined) spec.minLength = least
  if (most !== undefined) spec.maxLength = most
  if (least === undefined || most === undefined || least <= most) return
  const at = childOf(node, 'min_length')
  if (at !== undefined)
    problems.error('min-above-max', at.range, `min_length (${least}) is above max_length (${most})`)
}

function readValues(field: DraftField, problems: Problems): void {
  const { node, spec } = field
  const list = childOf(node, 'values', 'enum')
  const items = itemsOf(list)
  const values: string[] = []
  for (const item of items) {
    const value = stringOf(item)
    if (value === undefined) continue
    if (values.includes(value))
      problems.error('duplicate-value', item.range, `\`${value}\` stands twice among the values`)
    else values.push(value)
  }
  if (values.length > 0) spec.values = values
  if (list === undefined)
    problems.error(
      'enum-without-values',
      field.at,
      `\`${spec.column}\` is an enum without values`,
      'list them: `values: [draft, published]`',
    )
  else if (list.kind === 'list' && items.length === 0)
    problems.error(
      'enum-without-values',
      list.range,
      `\`${spec.column}\` is an enum without values`,
    )
}

function readPattern(field: DraftField, problems: Problems): void {
  const { node, spec } = field
  const entry = childOf(node, 'pattern')
  const pattern = stringOf(entry)
  if (entry === undefined || pattern === undefined) return
  const syntax = findPatternError(pattern)
  if (syntax !== undefined) {
    problems.error('bad-pattern', entry.range, `the pattern is no regular expression: ${syntax}`)
    return
  }
  const danger = findPatternDanger(pattern, spec.maxLength ?? 255)
  if (danger === undefined) spec.pattern = pattern
  else
    problems.error(
      'unsafe-pattern',
      entry.range,
      `the pattern is not safe to run: ${danger}`,
      'avoid repetitions inside repetitions, or lower max_length',
    )
}

function countOf(node: SpecNode | undefined): number | undefined {
  const count = numberOf(node)
  return count !== undefined && Number.isSafeInteger(count) && count >= 0 ? count : undefined
}

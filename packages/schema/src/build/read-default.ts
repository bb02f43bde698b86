// `default:` of a field: a literal of its type within its bounds, or `{ now }`, `{ uuid }`, `{ user: <claim> }`.
import type { Problems } from '../diagnostic/problems.ts'
import type { FieldDefault, FieldType } from '../model/field.ts'
import {
  booleanOf,
  childOf,
  entriesOf,
  entryOf,
  stringOf,
  type SpecNode,
} from '../source/spec-node.ts'
import { BOOLEAN_HINT } from '../structure/report-error.ts'
import { checkBounds } from '../values/check-bounds.ts'
import { readValue } from '../values/read-value.ts'
import type { DraftField } from './draft.ts'

const NOW_TYPES: readonly FieldType[] = ['datetime', 'date', 'time', 'bigint']
const UUID_TYPES: readonly FieldType[] = ['uuid', 'string']

/** Sets the default; whether a claim exists is left to checkClaimDefaults. */
export function readDefault(field: DraftField, problems: Problems): void {
  const { spec } = field
  const node = childOf(field.node, 'default')
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return
  const found =
    spec.type === 'json'
      ? readLiteral(field, node, problems)
      : readDefaultValue(field, node, problems)
  if (found === undefined) return
  spec.default = found
  const entry = entryOf(field.node, 'default')
  if (entry !== undefined && (spec.generated || spec.autoUpdate))
    problems.warn(
      'unused-default',
      entry.keyRange,
      `\`${spec.column}\` is filled by the client: its default is never used`,
    )
}

function readDefaultValue(
  field: DraftField,
  node: SpecNode,
  problems: Problems,
): FieldDefault | undefined {
  if (node.kind !== 'map') return readLiteral(field, node, problems)
  const { type } = field.spec
  const [entry, ...more] = entriesOf(node)
  const claim = stringOf(childOf(node, 'user'))
  if (entry !== undefined && more.length === 0) {
    if (entry.key === 'user' && claim !== undefined) return { kind: 'user', claim }
    if (entry.key === 'now' && booleanOf(entry.node) === true)
      return fitting({ kind: 'now' }, NOW_TYPES.includes(type), field, node, problems)
    if (entry.key === 'uuid' && booleanOf(entry.node) === true)
      return fitting({ kind: 'uuid' }, UUID_TYPES.includes(type), field, node, problems)
  }
  problems.error(
    'bad-default',
    node.range,
    `the default of \`${field.spec.column}\` is none that exists`,
    'a literal, `{ now: true }`, `{ uuid: true }` or `{ user: <claim> }`',
  )
  return undefined
}

function fitting(
  value: FieldDefault,
  fits: boolean,
  field: DraftField,
  node: SpecNode,
  problems: Problems,
): FieldDefault | undefined {
  if (fits) return value
  problems.error(
    'bad-default',
    node.range,
    `\`{ ${value.kind}: true }\` is no value for a field of type ${field.spec.type}`,
  )
  return undefined
}

function readLiteral(
  field: DraftField,
  node: SpecNode,
  problems: Problems,
): FieldDefault | undefined {
  const { spec } = field
  const read = readValue(spec, node)
  const fault = 'fault' in read ? read.fault : checkBounds(spec, read.value)
  if (fault !== undefined)
    problems.error(
      'bad-default',
      node.range,
      `the default of \`${spec.column}\` ${fault}`,
      meantHint(stringOf(node), spec.type),
    )
  return 'value' in read ? { kind: 'literal', value: read.value } : undefined
}

/** What SQL and other formats write for a value that is made at the moment, and for a boolean. */
function meantHint(text: string | undefined, type: FieldType): string | undefined {
  if (/^(now|current_timestamp)(\(\))?$/i.test(text ?? '') && NOW_TYPES.includes(type))
    return 'write `{ now: true }`'
  if (/^(uuid|gen_random_uuid)(\(\))?$/i.test(text ?? '') && UUID_TYPES.includes(type))
    return 'write `{ uuid: true }`'
  return type === 'boolean' && text !== undefined ? BOOLEAN_HINT : undefined
}

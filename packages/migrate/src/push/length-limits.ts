// Values that a smaller `max_length` leaves no room for. Most engines keep no lengths, and none may cut
// a value or keep one that the contract does not allow, so they are counted before anything is changed.
import type { SchemaPort } from '@proj/dbal-contract'
import type { SqlDialect } from '@proj/dbal-sql'
import { conversionRisk } from '../convert/conversion-risk.ts'
import { columnPairs } from '../diff/compare-shapes.ts'
import type { PartChange } from '../diff/difference.ts'
import type { Assumption, Refusal } from '../plan/plan-context.ts'
import { convertedValue } from '../plan/projection.ts'
import { count } from '../plan/words.ts'
import type { ColumnShape, SchemaShape } from '../shape/schema-shape.ts'

export interface LengthLimits {
  readonly refusals: readonly Refusal[]
  /** No longer value comes before the plan is applied. */
  readonly assumptions: readonly Assumption[]
}

export async function checkLengths(
  port: SchemaPort,
  dialect: SqlDialect,
  before: SchemaShape,
  after: SchemaShape,
): Promise<LengthLimits> {
  const refusals: Refusal[] = []
  const assumptions: Assumption[] = []
  for (const table of after.tables.values()) {
    const old = before.tables.get(table.name)
    if (old === undefined) continue
    const pairs = columnPairs(old.columns, table.columns)
    const shorter = pairs.filter((pair) => isShorter(pair, dialect))
    if (shorter.length === 0) continue
    const conditions = shorter.map((pair) => tooLong(pair, dialect))
    const counts = await countEach(port, dialect, table.name, conditions)
    for (const [at, { after: column }] of shorter.entries()) {
      const n = counts[at] ?? 0
      if (n > 0) refusals.push(refuseLength(table.name, column, n))
    }
    const from = dialect.quote(table.name)
    assumptions.push({
      condition: `EXISTS (SELECT 1 FROM ${from} WHERE ${conditions.join(' OR ')})`,
    })
  }
  return { refusals, assumptions }
}

/** The new length may be too short for what the old column holds. */
function isShorter({ before, after }: PartChange<ColumnShape>, { name }: SqlDialect): boolean {
  const limit = after.field.maxLength
  if (limit === undefined || conversionRisk(before.field, after.field) === undefined) return false
  // MySQL converts in place, and refuses by itself what is too long.
  if (before.form !== after.form) return name !== 'mysql' && after.form === 'text'
  return (before.field.maxLength ?? Number.POSITIVE_INFINITY) > limit
}

function tooLong({ before, after }: PartChange<ColumnShape>, dialect: SqlDialect): string {
  const value = convertedValue(before, after, dialect)
  return `${lengthIn(dialect, after.form)}(${value}) > ${after.field.maxLength ?? 0}`
}

/** Code points of a text, bytes of bytes. */
function lengthIn({ name }: SqlDialect, form: string): string {
  if (name === 'sqlite') return 'length'
  if (form === 'bytes') return 'octet_length'
  return name === 'duckdb' ? 'length' : 'char_length'
}

async function countEach(
  port: SchemaPort,
  { quote }: SqlDialect,
  table: string,
  conditions: readonly string[],
): Promise<readonly number[]> {
  const counts = conditions.map(
    (condition, at) => `count(CASE WHEN ${condition} THEN 1 END) AS ${quote(`c${at}`)}`,
  )
  const [row] = await port.query(`SELECT ${counts.join(', ')} FROM ${quote(table)}`)
  return conditions.map((_, at) => Number(row?.[`c${at}`] ?? 0))
}

function refuseLength(table: string, { name, field }: ColumnShape, n: number): Refusal {
  return {
    table,
    column: name,
    reason: `holds at most ${field.maxLength ?? 0}, and ${count(n, 'row has', 'rows have')} a longer value: shorten them first, or keep the length`,
  }
}

// SQLite keeps decimals as text, so that its own arithmetic would spoil them: digits are rounded as text.
import type { Digits } from './storage-form.ts'

export function zeros(count: number): string {
  return '0'.repeat(count)
}

/** To fewer digits after the point; halves go away from zero, as on every other engine. */
export function roundDecimal(column: string, { precision, scale }: Digits, to: number): string {
  const dropped = scale - to
  const digits = `SELECT replace(ltrim(${column}, '-'), '.', '') AS digits`
  const parts = `SELECT substr(digits, 1, length(digits) - ${dropped}) AS kept, substr(digits, -${dropped}, 1) >= '5' AS up FROM (${digits})`
  const rounded = `SELECT CASE WHEN up THEN ${nextNumber('kept', precision)} ELSE kept END AS digits FROM (${parts})`
  const point =
    to === 0
      ? 'digits'
      : `substr(digits, 1, length(digits) - ${to}) || '.' || substr(digits, -${to})`
  const sign = `CASE WHEN ${column} GLOB '-*' THEN '-' ELSE '' END`
  return withoutMinusZero(`(${sign} || (SELECT ${point} FROM (${rounded})))`)
}

/** One more than a whole number of any length: its last nines become zeros, what is before them grows. */
function nextNumber(digits: string, precision: number): string {
  const head = `rtrim(${digits}, '9')`
  const grown = `substr(${head}, 1, length(${head}) - 1) || (substr(${head}, -1) + 1)`
  const nines = `substr('${zeros(precision)}', 1, length(${digits}) - length(${head}))`
  return `CASE ${head} WHEN '' THEN '1' ELSE ${grown} END || ${nines}`
}

export function withoutMinusZero(text: string): string {
  return `CASE WHEN ${text} GLOB '*[1-9]*' THEN ${text} ELSE ltrim(${text}, '-') END`
}

// How SQLite turns a stored value into one of another type. It casts anything to something, so what
// does not fit becomes an empty blob, which the new table's checks refuse.
import type { Field } from '@proj/dbal-schema'
import { roundDecimal, withoutMinusZero, zeros } from './sqlite-rounding.ts'
import { digitsOf, formOf } from './storage-form.ts'

const MISFIT = "x''"
const INSTANT = "'%Y-%m-%dT%H:%M:%f+00:00'"
const DATE = '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'
const TIME = '[0-2][0-9]:[0-5][0-9]:[0-5][0-9]'
const HEX = (count: number): string => '[0-9a-f]'.repeat(count)
const UUID = [8, 4, 4, 4, 12].map(HEX).join('-')
/** Whole digits that a 64-bit integer holds for certain. */
const SAFE_DIGITS = 18

type Expression = (column: string, from: Field, to: Field) => string

const SAME: Expression = (column) => column
const AS_TEXT: Expression = (column) => `CAST(${column} AS TEXT)`

const EXPRESSIONS: ReadonlyMap<string, Expression> = new Map<string, Expression>([
  ['integer decimal', wholeToDecimal],
  ['integer text', AS_TEXT],
  ['bigint decimal', wholeToDecimal],
  [
    'bigint datetime',
    (column) => when(column, instantIn(`${column} / 1000.0, 'unixepoch'`, column)),
  ],
  ['bigint text', AS_TEXT],
  ['float integer', floatToWhole],
  ['float bigint', floatToWhole],
  ['float decimal', floatToDecimal],
  ['float text', AS_TEXT],
  ['decimal decimal', decimalToDecimal],
  ['decimal integer', decimalToWhole],
  ['decimal bigint', decimalToWhole],
  ['decimal float', (column) => `CAST(${column} AS REAL)`],
  ['boolean text', (column) => `CASE ${column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END`],
  [
    'datetime bigint',
    (column) =>
      `CAST(strftime('%s', ${column}) AS INTEGER) * 1000 + CAST(substr(strftime('%f', ${column}), 4) AS INTEGER)`,
  ],
  ['datetime date', (column) => `date(${column})`],
  ['datetime text', (column) => `replace(${column}, '+00:00', 'Z')`],
  ['date datetime', (column) => `${column} || 'T00:00:00.000+00:00'`],
  ['text uuid', (column) => fit(column, `lower(${column}) GLOB '${UUID}'`, `lower(${column})`)],
  ['text decimal', textToDecimal],
  [
    'text boolean',
    (column) =>
      when(column, `CASE ${column} WHEN 'true' THEN 1 WHEN 'false' THEN 0 ELSE ${MISFIT} END`),
  ],
  [
    'text date',
    (column) => fit(column, `${column} GLOB '${DATE}' AND date(${column}) = ${column}`),
  ],
  [
    'text datetime',
    (column) =>
      fit(
        column,
        `${column} GLOB '${DATE}*' AND strftime(${INSTANT}, ${column}) IS NOT NULL`,
        `strftime(${INSTANT}, ${column})`,
      ),
  ],
  [
    'text time',
    (column) =>
      fit(
        column,
        `(${column} GLOB '${TIME}' OR ${column} GLOB '${TIME}.[0-9][0-9][0-9]') AND time(${column}) IS NOT NULL`,
      ),
  ],
])

/** Where nothing is listed the new column's affinity converts, and its checks refuse the rest. */
export function sqliteExpression(column: string, from: Field, to: Field): string {
  const expression = EXPRESSIONS.get(`${formOf(from)} ${formOf(to)}`) ?? SAME
  return expression(column, from, to)
}

function when(column: string, value: string): string {
  return `CASE WHEN ${column} IS NOT NULL THEN ${value} END`
}

function fit(column: string, condition: string, value = column): string {
  return when(column, `CASE WHEN ${condition} THEN ${value} ELSE ${MISFIT} END`)
}

function instantIn(source: string, column: string): string {
  // Years 0 to 9999 in milliseconds; strftime answers NULL far beyond them only.
  const range = `${column} BETWEEN -62167219200000 AND 253402300799999`
  return `CASE WHEN ${range} THEN strftime(${INSTANT}, ${source}) ELSE ${MISFIT} END`
}

function wholeToDecimal(column: string, _: Field, to: Field): string {
  const { precision, scale } = digitsOf(to)
  const text = scale === 0 ? AS_TEXT(column, _, to) : `${column} || '.${zeros(scale)}'`
  return fit(column, `length(ltrim(${column}, '-')) <= ${precision - scale}`, text)
}

/** Halves go away from zero. `round` adds a half first, which may itself round. */
function floatToWhole(column: string): string {
  const whole = `CAST(${column} AS INTEGER)`
  const step = `CASE WHEN abs(${column} - ${whole}) >= 0.5 THEN sign(${column}) ELSE 0 END`
  // A cast would take what is beyond for the largest integer.
  const range = `${column} >= -9223372036854775808.0 AND ${column} < 9223372036854775808.0`
  return fit(column, range, `CAST(${whole} + ${step} AS INTEGER)`)
}

function floatToDecimal(column: string, _: Field, to: Field): string {
  const { precision, scale } = digitsOf(to)
  const text = `printf('%.${scale}f', ${column})`
  const whole = scale === 0 ? text : `substr(${text}, 1, length(${text}) - ${scale + 1})`
  return fit(column, `length(ltrim(${whole}, '-')) <= ${precision - scale}`, withoutMinusZero(text))
}

function decimalToDecimal(column: string, from: Field, to: Field): string {
  const [before, after] = [digitsOf(from), digitsOf(to)]
  const { precision, scale } = after
  let text = column
  if (scale > before.scale)
    text = `${column} || '${before.scale === 0 ? '.' : ''}${zeros(scale - before.scale)}'`
  else if (scale < before.scale) text = roundDecimal(column, before, scale)
  return fit(column, `length(ltrim(${wholePart(text)}, '-0')) <= ${precision - scale}`, text)
}

function decimalToWhole(column: string, from: Field): string {
  const digits = digitsOf(from)
  const text = digits.scale === 0 ? column : roundDecimal(column, digits, 0)
  return fit(column, `length(ltrim(${text}, '-0')) <= ${SAFE_DIGITS}`, `CAST(${text} AS INTEGER)`)
}

function wholePart(text: string): string {
  return `substr(${text}, 1, instr(${text} || '.', '.') - 1)`
}

/** Digits with at most one point and a minus before them, brought to the scale. */
function textToDecimal(column: string, _: Field, to: Field): string {
  const { precision, scale } = digitsOf(to)
  const digits = `ltrim(${column}, '-')`
  const whole = wholePart(digits)
  const part = `substr(${digits}, instr(${digits} || '.', '.') + 1)`
  const sign = `CASE WHEN ${column} GLOB '-*' AND ${column} GLOB '*[1-9]*' THEN '-' ELSE '' END`
  const point = scale === 0 ? '' : ` || '.' || substr(${part} || '${zeros(scale)}', 1, ${scale})`
  const isNumber = [
    `length(${column}) - length(${digits}) <= 1`,
    `${digits} GLOB '[0-9]*'`,
    `${whole} NOT GLOB '*[^0-9]*'`,
    `${part} NOT GLOB '*[^0-9]*'`,
    `length(${part}) <= ${scale}`,
    `length(ltrim(${whole}, '0')) <= ${precision - scale}`,
  ]
  const value = `${sign} || coalesce(nullif(ltrim(${whole}, '0'), ''), '0')${point}`
  return fit(column, isNumber.join(' AND '), value)
}

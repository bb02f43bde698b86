// Exact decimal arithmetic on text: a double would decide wrongly about the last digit.
// What a field allows is left to canonical-number.ts.

/** `units` divided by ten to the power of `scale`. */
export interface Decimal {
  readonly units: bigint
  readonly scale: number
}

/** Beyond any field's precision; longer texts are not worth their arithmetic. */
const MAX_TEXT = 1200
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/
const EXPONENT = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/

/** Undefined when the text is no decimal; trailing zeros are dropped, so `scale` is what it needs. */
export function parseDecimal(text: string): Decimal | undefined {
  if (text.length > MAX_TEXT) return undefined
  const match = DECIMAL.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = ''] = match
  const digits = fraction.replace(/0+$/, '')
  const units = BigInt(whole + digits)
  return { units: sign === '-' ? -units : units, scale: digits.length }
}

/** The decimal that a number's shortest text stands for: 0.1 is one tenth. The number is finite. */
export function decimalOfNumber(value: number): Decimal {
  const match = EXPONENT.exec(String(value))
  if (match === null) return parseDecimal(String(value)) ?? { units: 0n, scale: 0 }
  const [, sign, whole = '', fraction = '', power = '0'] = match
  const units = BigInt(`${sign}${whole}${fraction}`)
  const scale = fraction.length - Number(power)
  return scale < 0 ? { units: units * 10n ** BigInt(-scale), scale: 0 } : { units, scale }
}

/** Text with exactly `scale` digits after the point. Needs `scale` to be at least the value's own. */
export function printDecimal(value: Decimal, scale: number): string {
  const units = unitsAt(value, scale)
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
  const point = digits.length - scale
  const text = scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`
  return units < 0n ? `-${text}` : text
}

/** The value in units of ten to the power of `-scale`. */
function unitsAt(value: Decimal, scale: number): bigint {
  return value.units * 10n ** BigInt(scale - value.scale)
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale)
  const [left, right] = [unitsAt(a, scale), unitsAt(b, scale)]
  return left < right ? -1 : left > right ? 1 : 0
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  return { units: unitsAt(a, scale) + unitsAt(b, scale), scale }
}

/** `value` divided by a positive count, with `scale` digits, halves rounded away from zero. */
export function divideDecimal(value: Decimal, count: bigint, scale: number): Decimal {
  const finer = Math.max(scale, value.scale)
  const units = unitsAt(value, finer)
  const divisor = count * 10n ** BigInt(finer - scale)
  const magnitude = units < 0n ? -units : units
  const rounded = (2n * magnitude + divisor) / (2n * divisor)
  return { units: units < 0n ? -rounded : rounded, scale }
}

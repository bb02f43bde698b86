// Exact decimals as text: a double would decide wrongly about the last digit.

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/

export interface Decimal {
  readonly negative: boolean
  readonly whole: string
  readonly fraction: string
}

export function parseDecimal(text: string): Decimal | undefined {
  const match = DECIMAL.exec(text)
  if (match === null) return undefined
  const whole = (match[2] ?? '').replace(/^0+(?=\d)/, '')
  const fraction = (match[3] ?? '').replace(/0+$/, '')
  return { negative: match[1] === '-' && (whole !== '0' || fraction !== ''), whole, fraction }
}

export function printDecimal(value: Decimal): string {
  const digits = value.fraction === '' ? value.whole : `${value.whole}.${value.fraction}`
  return value.negative ? `-${digits}` : digits
}

/** Negative, zero or positive, as a sort wants it. */
export function compareDecimals(a: string, b: string): number {
  const [left, right] = [parseDecimal(a), parseDecimal(b)]
  if (left === undefined || right === undefined) return 0
  const scale = Math.max(left.fraction.length, right.fraction.length)
  const difference = scaled(left, scale) - scaled(right, scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function scaled(value: Decimal, scale: number): bigint {
  const digits = BigInt(value.whole + value.fraction.padEnd(scale, '0'))
  return value.negative ? -digits : digits
}

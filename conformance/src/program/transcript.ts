// What a program saw, as text that is equal byte for byte on every engine that behaves the same.
import { isDBALError } from '@proj/dbal-contract'

/** A line for each step: its name, then the answer or the error in canonical JSON. */
export class Transcript {
  readonly #lines: string[] = []
  readonly #names = new Map<string, string>()

  answer(step: string, value: unknown): void {
    this.#lines.push(`${step}: ${this.#canonical(value)}`)
  }

  /** Anything but a DBALError is a fault of the product and is thrown on. */
  failure(step: string, error: unknown): void {
    if (!isDBALError(error)) throw error
    const { code, httpStatus, message, details } = error
    this.#lines.push(`${step}: ! ${this.#canonical({ code, httpStatus, message, details })}`)
  }

  get lines(): readonly string[] {
    return this.#lines
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`
  }

  #canonical(value: unknown): string {
    const text = JSON.stringify(toPlain(value)) ?? 'undefined'
    // Ids differ between runs; the order they first appear in does not.
    return text.replaceAll(GENERATED_ID, (id) => {
      const name = this.#names.get(id) ?? `#${this.#names.size + 1}`
      this.#names.set(id, name)
      return name
    })
  }
}

/** Version 7 and made by us; ids written out in a program stand as they are. */
const GENERATED_ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g

/** Every value type told apart: a bigint is not a number, a Date not a string. */
function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Date) return `@${value.toISOString()}`
  if (value instanceof Uint8Array) return `bytes:${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return value.map(toPlain)
  if (typeof value !== 'object' || value === null) return value
  const plain: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    // A cursor is opaque; that there is one is the observation.
    plain[key] = key === 'nextCursor' ? '<cursor>' : toPlain(inner)
  }
  return plain
}

import type { Model } from '@proj/dbal-schema'
import { decodeWire } from './decode-wire.ts'

type Claims = Readonly<Record<string, unknown>>

/** Claims in wire form, by the types that the contract gives them; one that it does not know stays as it is. */
export function decodeClaims(model: Model, claims: Claims): Claims {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => {
      const shape = model.claims.get(name)
      if (shape === undefined) return [name, value]
      const read = (item: unknown): unknown => decodeWire(shape, item)
      return [name, Array.isArray(value) ? value.map(read) : read(value)]
    }),
  )
}

// By what only the real thing has inside: of any realm, and nothing that only looks like one.
const TYPED_ARRAY = Object.getPrototypeOf(Uint8Array.prototype) as object
const nameOf = Object.getOwnPropertyDescriptor(TYPED_ARRAY, Symbol.toStringTag)?.get

export function isDate(value: unknown): value is Date {
  try {
    Date.prototype.getTime.call(value)
    return true
  } catch {
    return false
  }
}

export function isUint8Array(value: unknown): value is Uint8Array {
  return nameOf?.call(value) === 'Uint8Array'
}

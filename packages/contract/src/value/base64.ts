// Base64 with padding (RFC 4648, section 4), in Node and where there is no Buffer.
export function encodeBase64(bytes: Uint8Array): string {
  if (typeof Buffer !== 'undefined')
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(''))
}

/** Undefined for any other spelling than the one that `encodeBase64` gives. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = readBase64(text)
  // Decoders skip what is not base64.
  return bytes !== undefined && encodeBase64(bytes) === text ? bytes : undefined
}

function readBase64(text: string): Uint8Array | undefined {
  if (typeof Buffer !== 'undefined') return new Uint8Array(Buffer.from(text, 'base64'))
  try {
    return Uint8Array.from(atob(text), (character) => character.codePointAt(0) ?? 0)
  } catch {
    return undefined
  }
}

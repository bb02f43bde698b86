// Base64 with padding (RFC 4648, section 4).
import { encodeBase64, readBase64 } from '#platform/base64'

export { encodeBase64 }

/** Undefined for any other spelling than the one that `encodeBase64` gives. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = readBase64(text)
  // Decoders skip what is not base64.
  return bytes !== undefined && encodeBase64(bytes) === text ? bytes : undefined
}

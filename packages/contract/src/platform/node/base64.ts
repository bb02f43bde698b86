export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/** Skips what is not base64; undefined where there is nothing to be read. */
export function readBase64(text: string): Uint8Array | undefined {
  return new Uint8Array(Buffer.from(text, 'base64'))
}

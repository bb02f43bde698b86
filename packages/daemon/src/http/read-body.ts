import type { IncomingMessage } from 'node:http'

/**
 * The body; undefined when it is longer than that many bytes, of which no more is read then. Rejects when the
 * caller goes away.
 */
export async function readBody(
  request: IncomingMessage,
  most: number,
): Promise<Uint8Array | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > most) return undefined
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += (chunk as Buffer).length
    if (length > most) return undefined
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

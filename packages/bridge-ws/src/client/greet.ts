// Hello, from the client's side. Where the hashes differ it says what it means by its entities, and the
// server decides.
import { isDBALError } from '@proj/dbal-contract'
import type { JsonValue, Model } from '@proj/dbal-schema'
import { METHODS, PACK, VERSIONS, type Hello, type Welcome } from '../protocol/handshake.ts'
import { shapesOf } from '../protocol/schema-shape.ts'
import type { Channel } from './channel.ts'
import { PendingRequest } from './pending-request.ts'

export interface Greeting {
  readonly model: Model | undefined
  readonly token: string | undefined
  readonly clientVersion: string | undefined
  readonly timeoutMs: number
}

/** Rejects with UNAUTHORIZED, SCHEMA_MISMATCH, or UNAVAILABLE. */
export async function greet(connection: Channel, greeting: Greeting): Promise<Welcome> {
  const { model, token, clientVersion } = greeting
  const hello: Hello = {
    versions: VERSIONS,
    pack: PACK,
    ...(clientVersion === undefined ? {} : { clientVersion }),
    ...(token === undefined ? {} : { token }),
    ...(model === undefined ? {} : { schemaHash: model.hash }),
  }
  try {
    return await say(connection, hello, greeting)
  } catch (error) {
    const isMismatch = isDBALError(error) && error.code === 'SCHEMA_MISMATCH'
    if (!isMismatch || model === undefined) throw error
    return say(connection, { ...hello, entities: shapesOf(model) }, greeting)
  }
}

async function say(connection: Channel, hello: Hello, { timeoutMs }: Greeting): Promise<Welcome> {
  const request = new PendingRequest({
    method: METHODS.HELLO,
    params: hello as unknown as Readonly<Record<string, JsonValue>>,
    meta: {},
    whenLost: 'over',
    timeoutMs,
  })
  connection.send(request)
  return (await request.answer) as unknown as Welcome
}

// What a keyed call is known by. Neither the key nor the input can be read from it.
import { createHash, createHmac } from 'node:crypto'
import { canonicalJsonText, type Principal } from '@proj/dbal-contract'
import type { JsonValue } from '@proj/dbal-schema'

/** A key is its principal's own, so that nobody learns from it what another one called. */
export function callId(principal: Principal, key: string): string {
  const text = JSON.stringify([...scopeOf(principal), key])
  return createHash('sha256').update(text).digest('hex')
}

/** With the key as a secret: a hash of an input alone would let a password in it be guessed. */
export function fingerprint(key: string, call: JsonValue): string {
  return createHmac('sha256', key).update(canonicalJsonText(call)).digest('hex')
}

function scopeOf({ system, id, roles }: Principal): readonly string[] {
  if (system) return ['system']
  if (id !== undefined) return ['id', typeof id, String(id)]
  return ['roles', ...[...roles].sort()]
}

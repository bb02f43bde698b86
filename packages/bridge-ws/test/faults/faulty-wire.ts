// A network that loses, doubles, delays, swaps and cuts messages, by a seeded choice. What TCP would not do
// by itself (a message doubled, or two swapped) stands for a broken proxy.
import type { Payload, Wire, WireEvents } from '../../src/index.ts'

export type Random = () => number

export interface Odds {
  /** Of each message: it and the connection are lost. */
  readonly drop: number
  readonly double: number
  readonly delay: number
  readonly swap: number
  /** Half of it arrives. */
  readonly cut: number
}

export function faulty(wire: Wire, odds: Odds, random: Random): Wire {
  const waiting: Payload[] = []
  let isHeld = false
  let held: Payload | undefined
  const flush = (): void => {
    isHeld = false
    for (const payload of waiting.splice(0)) wire.send(payload)
  }
  const pass = (payload: Payload): void => {
    if (isHeld) waiting.push(payload)
    else wire.send(payload)
  }
  const send = (payload: Payload): void => {
    let at = random()
    const happens = (chance: number): boolean => {
      const does = at >= 0 && at < chance
      at -= chance
      return does
    }
    if (happens(odds.drop)) return wire.terminate()
    if (happens(odds.cut)) {
      wire.send(payload.slice(0, payload.length >> 1))
      return
    }
    if (happens(odds.swap) && held === undefined) {
      held = payload
      // Nothing may follow it, so it does not wait for ever.
      setImmediate(() => {
        if (held === payload) {
          held = undefined
          pass(payload)
        }
      })
      return
    }
    if (happens(odds.delay) && !isHeld) {
      isHeld = true
      setTimeout(flush, Math.ceil(random() * 3))
    }
    pass(payload)
    if (happens(odds.double)) pass(payload)
    if (held !== undefined) {
      pass(held)
      held = undefined
    }
  }
  return {
    encoding: wire.encoding,
    listen: (events: WireEvents) => wire.listen(events),
    send,
    get buffered() {
      return wire.buffered
    },
    pause: () => wire.pause(),
    resume: () => wire.resume(),
    close: (code, reason) => wire.close(code, reason),
    terminate: () => wire.terminate(),
  }
}

/** Mulberry32: from 0 to 1, the same for the same seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

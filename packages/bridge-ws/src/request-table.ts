// Requests that wait for their answers, by id. In a Map of what comes and goes all the time, tables that were outgrown
// keep what they held, and each the next one, until the old space is collected: requests that were answered long ago
// are copied about by the collector. Here nothing is left of one that has gone.
import type { FrameId } from './protocol/frame.ts'

const LEAST = 16

export class RequestTable<T> {
  #ids: (FrameId | undefined)[] = places(LEAST)
  #requests: (T | undefined)[] = places(LEAST)
  #size = 0

  get(id: FrameId): T | undefined {
    return this.#requests[this.#find(id)]
  }

  has(id: FrameId): boolean {
    return this.#ids[this.#find(id)] !== undefined
  }

  /** In the place of one that has the id already. */
  set(id: FrameId, request: T): void {
    // Half of the places stay free, so that none is far from where its id begins to look.
    if (this.#size * 2 >= this.#ids.length) this.#grow()
    const at = this.#find(id)
    if (this.#ids[at] === undefined) this.#size += 1
    this.#ids[at] = id
    this.#requests[at] = request
  }

  delete(id: FrameId): void {
    let free = this.#find(id)
    if (this.#ids[free] === undefined) return
    this.#size -= 1
    // Those behind it that would have stood here are found only if nothing is free before them.
    const last = this.#ids.length - 1
    for (let at = (free + 1) & last; ; at = (at + 1) & last) {
      const next = this.#ids[at]
      if (next === undefined) break
      const steps = (at - begin(next)) & last
      if (steps < ((at - free) & last)) continue
      this.#ids[free] = next
      this.#requests[free] = this.#requests[at]
      free = at
    }
    this.#ids[free] = undefined
    this.#requests[free] = undefined
  }

  /** In the order of their ids, which is that of their coming where ids are counted. */
  values(): T[] {
    const ids = this.#ids.filter((id) => id !== undefined)
    return ids.sort((a, b) => (a < b ? -1 : 1)).map((id) => this.get(id) as T)
  }

  clear(): void {
    this.#ids = places(LEAST)
    this.#requests = places(LEAST)
    this.#size = 0
  }

  /** Where it stands, or where it would. */
  #find(id: FrameId): number {
    const last = this.#ids.length - 1
    let at = begin(id) & last
    while (this.#ids[at] !== undefined && this.#ids[at] !== id) at = (at + 1) & last
    return at
  }

  #grow(): void {
    const [ids, requests] = [this.#ids, this.#requests]
    this.#ids = places(ids.length * 2)
    this.#requests = places(ids.length * 2)
    for (const [at, id] of ids.entries()) {
      if (id === undefined) continue
      const place = this.#find(id)
      this.#ids[place] = id
      this.#requests[place] = requests[at]
    }
  }
}

function places<T>(length: number): (T | undefined)[] {
  return Array.from({ length }, () => undefined)
}

/** Clients count their requests, mostly. */
function begin(id: FrameId): number {
  if (typeof id === 'number') return id
  let hash = 0
  for (let i = 0; i < id.length; i += 1) hash = (Math.imul(hash, 31) + id.charCodeAt(i)) | 0
  return hash
}

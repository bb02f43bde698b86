// Times of calls by layer, from the marks that the layers leave.
import { AsyncLocalStorage } from 'node:async_hooks'
import { LAYERS, type Layer, type Trace } from '@proj/dbal-contract'

export interface CallTimes {
  /** `Entity.action`. */
  readonly name: string
  /** Milliseconds of each layer, and of calls that a handler made. */
  readonly layers: ReadonlyMap<Layer | 'calls', number>
  /** Milliseconds. */
  readonly total: number
}

interface Open {
  last: number
  readonly layers: Map<Layer | 'calls', number>
}

export interface CallTrace extends Trace {
  /** Leaves nothing behind that later calls would pay for; it is no trace any more. */
  stop(): void
}

/** `report` is told of each call that has ended, well or not. */
export function traceCalls(report: (times: CallTimes) => void): CallTrace {
  const open = new AsyncLocalStorage<Open>()

  const charge = (call: Open, to: Layer | 'calls', since: number): void => {
    const now = performance.now()
    call.layers.set(to, (call.layers.get(to) ?? 0) + now - since)
    call.last = now
  }

  return {
    through(layer) {
      const call = open.getStore()
      if (call !== undefined) charge(call, layer, call.last)
    },
    async call(name, work) {
      const outer = open.getStore()
      const began = performance.now()
      const own: Open = { last: began, layers: new Map() }
      try {
        return await open.run(own, work)
      } finally {
        charge(own, 'answer', own.last)
        if (outer !== undefined) charge(outer, 'calls', began)
        report({ name, layers: own.layers, total: own.last - began })
      }
    },
    stop: () => open.disable(),
  }
}

/** A line for people: `Post.read 0.041 ms: authorize 0.004, driver 0.019, answer 0.018`. */
export function printTimes({ name, layers, total }: CallTimes): string {
  const parts = ([...LAYERS, 'calls'] as const).flatMap((layer) => {
    const time = layers.get(layer)
    return time === undefined ? [] : [`${layer} ${time.toFixed(3)}`]
  })
  return `${name} ${total.toFixed(3)} ms: ${parts.join(', ')}`
}

import { describe, expect, it } from 'vitest'
import { createGate, DBALError } from '../src/index.ts'

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

describe('createGate', () => {
  it('runs one at a time, in order of arrival', async () => {
    const gate = createGate()
    const log: string[] = []
    const work = (name: string) => async () => {
      log.push(`${name} in`)
      await Promise.resolve()
      log.push(`${name} out`)
      return name
    }
    const names = await Promise.all(['a', 'b', 'c'].map((name) => gate.run(work(name))))
    expect(names).toEqual(['a', 'b', 'c'])
    expect(log).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out'])
  })

  it('starts at once when it is free', () => {
    const gate = createGate()
    let started = false
    void gate.run(() => {
      started = true
    })
    expect(started).toBe(true)
  })

  it('goes on after work that fails, whether it throws or rejects', async () => {
    const gate = createGate()
    const thrown = gate.run(() => {
      throw new Error('thrown')
    })
    const rejected = gate.run(() => Promise.reject(new Error('rejected')))
    const last = gate.run(() => 'done')
    await expect(thrown).rejects.toThrow('thrown')
    await expect(rejected).rejects.toThrow('rejected')
    await expect(last).resolves.toBe('done')
  })

  it('lets an aborted waiter go with the reason, and its place to the next', async () => {
    const gate = createGate()
    const first = deferred()
    const controller = new AbortController()
    let ran = false
    const holder = gate.run(() => first.promise)
    const waiter = gate.run(() => {
      ran = true
    }, controller.signal)
    const next = gate.run(() => 'next')
    const reason = new DBALError('TIMEOUT')
    controller.abort(reason)
    await expect(waiter).rejects.toBe(reason)
    first.resolve()
    await holder
    await expect(next).resolves.toBe('next')
    expect(ran).toBe(false)
  })

  it('refuses an aborted signal without taking a turn', async () => {
    const gate = createGate()
    const reason = new DBALError('CANCELLED')
    await expect(gate.run(() => 'ran', AbortSignal.abort(reason))).rejects.toBe(reason)
    await expect(gate.run(() => 'free')).resolves.toBe('free')
  })

  it('does not run work whose signal was aborted between turn and start', async () => {
    const gate = createGate()
    const controller = new AbortController()
    const { signal } = controller
    const reason = new DBALError('CANCELLED')
    const first = deferred()
    const remove = signal.removeEventListener.bind(signal)
    signal.removeEventListener = (type: string, listener: () => void) => {
      remove(type, listener)
      controller.abort(reason)
    }
    void gate.run(() => first.promise)
    const waiter = gate.run(() => 'ran', signal)
    first.resolve()
    await expect(waiter).rejects.toBe(reason)
    await expect(gate.run(() => 'free')).resolves.toBe('free')
  })

  it('leaves no listener on a signal that many calls share', async () => {
    const gate = createGate()
    const { signal } = new AbortController()
    const added: unknown[] = []
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (type: string, listener: () => void) => {
      added.push(listener)
      add(type, listener)
    }
    signal.removeEventListener = (type: string, listener: () => void) => {
      added.splice(added.indexOf(listener), 1)
      remove(type, listener)
    }
    await Promise.all([1, 2, 3].map((i) => gate.run(() => i, signal)))
    expect(added).toEqual([])
  })
})

// Work under a signal: whichever ends first decides, and the signal keeps nothing of it.
import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { CallSignal, DBALError, untilAborted } from '../src/index.ts'

const listenersOf = ({ signal }: AbortController): number =>
  getEventListeners(signal, 'abort').length

describe('untilAborted', () => {
  test('leaves the signal when the work ends', async () => {
    const stop = new AbortController()
    await expect(untilAborted(Promise.resolve(1), stop.signal)).resolves.toBe(1)
    const failure = new Error('broken')
    await expect(untilAborted(Promise.reject(failure), stop.signal)).rejects.toBe(failure)
    expect(listenersOf(stop)).toBe(0)
  })

  test('leaves the signal when it is aborted, though the work goes on', async () => {
    const stop = new AbortController()
    const waiting = untilAborted(new Promise(() => {}), stop.signal)
    expect(listenersOf(stop)).toBe(1)
    stop.abort(new DBALError('TIMEOUT'))
    await expect(waiting).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(listenersOf(stop)).toBe(0)
  })

  test('is over at once under a signal that is aborted already, and hears of no later failure', async () => {
    const stop = new CallSignal()
    stop.abort(new DBALError('CANCELLED'))
    const work = Promise.reject(new Error('too late'))
    await expect(untilAborted(work, stop)).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  test('makes an error of the catalogue of a reason that is none', async () => {
    const reason = 'no longer wanted'
    const waiting = untilAborted(new Promise(() => {}), AbortSignal.abort(reason))
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED', cause: reason })
  })
})

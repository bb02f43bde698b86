import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Deadlines, type Expiring } from '../src/client/deadlines.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('deadlines', () => {
  const told: string[] = []
  const expiring = (name: string, inMs: number): Expiring => ({
    expires: performance.now() + inMs,
    place: -1,
    expire: () => void told.push(name),
  })
  beforeEach(() => void told.splice(0))

  it('are told in time, never early, whichever came first', () => {
    const deadlines = new Deadlines()
    for (const each of [expiring('late', 5_000), expiring('soon', 200), expiring('then', 400)])
      deadlines.add(each)
    vi.advanceTimersByTime(199)
    expect(told).toEqual([])
    vi.advanceTimersByTime(60)
    expect(told).toEqual(['soon'])
    vi.advanceTimersByTime(4_000)
    expect(told).toEqual(['soon', 'then'])
    vi.advanceTimersByTime(1_000)
    expect(told).toEqual(['soon', 'then', 'late'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('are not told of what is over, however often it is taken away', () => {
    const deadlines = new Deadlines()
    const [a, b, c] = [expiring('a', 100), expiring('b', 100), expiring('c', 100)]
    for (const each of [a, b, c]) deadlines.add(each)
    deadlines.remove(a)
    deadlines.remove(a)
    deadlines.remove(c)
    vi.advanceTimersByTime(1_000)
    expect(told).toEqual(['b'])
    deadlines.remove(b)
  })

  it('may be taken away, and come, while they are told', () => {
    const deadlines = new Deadlines()
    const other = expiring('other', 100)
    deadlines.add({
      ...expiring('', 100),
      expire: () => {
        deadlines.remove(other)
        deadlines.add(expiring('new', 100))
      },
    })
    deadlines.add(other)
    vi.advanceTimersByTime(150)
    vi.advanceTimersByTime(150)
    expect(told).toContain('new')
  })
})

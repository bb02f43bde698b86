import { describe, expect, it } from 'vitest'
import { CallSignal } from '../src/index.ts'

describe('the signal of a call', () => {
  const listener = (told: string[], name: string) => (): void => void told.push(name)

  it('tells each of its listeners once, functions and what is stopped itself', () => {
    const [signal, told] = [new CallSignal(), [] as string[]]
    const one = listener(told, 'one')
    const two = { handleEvent: listener(told, 'two') }
    for (const each of [one, two, one, two]) signal.addEventListener('abort', each)
    signal.abort('over')
    signal.abort('again')
    expect(told.toSorted()).toEqual(['one', 'two'])
    expect(signal.reason).toBe('over')
  })

  it('tells none that was taken away, whichever came first', () => {
    const [signal, told] = [new CallSignal(), [] as string[]]
    const [one, two] = [listener(told, 'one'), listener(told, 'two')]
    signal.addEventListener('abort', one)
    signal.addEventListener('abort', two)
    signal.removeEventListener('abort', one)
    signal.addEventListener('abort', two)
    signal.abort('over')
    expect(told).toEqual(['two'])
  })

  it('is an AbortSignal where one is asked for, before and after', () => {
    const signal = new CallSignal()
    const early = signal.abortSignal
    signal.abort('over')
    expect(early.reason).toBe('over')
    const late = new CallSignal()
    late.abort('over')
    expect(late.abortSignal.aborted).toBe(true)
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FrameId } from '../src/protocol/frame.ts'
import { RequestTable } from '../src/request-table.ts'

/** Ids that begin to look at the same places, and texts. */
const anyId: fc.Arbitrary<FrameId> = fc.oneof(
  fc.integer({ min: -40, max: 40 }),
  fc.integer({ min: 0, max: 6 }).map((n) => n * 1024),
  fc.constantFrom(2 ** 31 - 1, -(2 ** 31)),
  fc.string({ maxLength: 2 }),
)

const anyStep = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), id: anyId, request: fc.nat() }),
  fc.record({ kind: fc.constant('delete' as const), id: anyId }),
)

describe('requests by id', () => {
  it('are those of a Map, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 400 }), (steps) => {
        const table = new RequestTable<number>()
        const map = new Map<FrameId, number>()
        for (const step of steps) {
          if (step.kind === 'set') {
            table.set(step.id, step.request)
            map.set(step.id, step.request)
          } else {
            table.delete(step.id)
            map.delete(step.id)
          }
        }
        for (const { id } of steps) {
          expect(table.has(id)).toBe(map.has(id))
          expect(table.get(id)).toBe(map.get(id))
        }
        const sorted = (requests: Iterable<number>): number[] => [...requests].sort((a, b) => a - b)
        expect(sorted(table.values())).toEqual(sorted(map.values()))
        table.clear()
        expect(table.values()).toEqual([])
      }),
      { seed: 20261121, numRuns: 300 },
    )
  })

  it('are listed in the order of their numbers', () => {
    const table = new RequestTable<string>()
    for (const id of [300, 17, 1, 1025, 16]) table.set(id, `request ${id}`)
    expect(table.values()).toEqual([1, 16, 17, 300, 1025].map((id) => `request ${id}`))
  })
})

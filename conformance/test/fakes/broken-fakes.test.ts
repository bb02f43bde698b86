// The suite finds what is wrong: adapters that are wrong in one way each, and the cases about it that say so.
import { describe, expect, it } from 'vitest'
import { loadSuite, VectorRun, type Vector } from '../../src/index.ts'
import { openBroken, type Fault } from './broken-adapter.ts'
import { faultsOfReads } from './faults-of-reads.ts'
import { faultsOfWrites } from './faults-of-writes.ts'

const suite = await loadSuite()

function casesAbout({ chapter, breaks }: Fault): readonly Vector[] {
  return suite.vectors.filter(
    (vector) => vector.chapter === chapter && vector.spec.some((id) => breaks.includes(id)),
  )
}

/** The names of those that fail. */
async function failures(
  vectors: readonly Vector[],
  fault: Parameters<typeof openBroken>[1],
): Promise<readonly string[]> {
  const open = (model: Parameters<typeof openBroken>[0]) =>
    Promise.resolve(openBroken(model, fault))
  const run = new VectorRun({ name: 'broken', open })
  try {
    const failed: string[] = []
    for (const vector of vectors) {
      const { outcome } = await run.play(vector, await suite.modelOf(vector))
      if (outcome.result === 'fail') failed.push(vector.name)
    }
    return failed
  } finally {
    await run.close()
  }
}

describe('an adapter that', () => {
  const faults = Object.entries({ ...faultsOfReads, ...faultsOfWrites })

  it.each(faults)('%s is found out by a case about it', async (_, fault) => {
    expect(await failures(casesAbout(fault), fault)).not.toEqual([])
  })

  it('is not wrong is not', async () => {
    const played = new Set(faults.flatMap(([, fault]) => casesAbout(fault)))
    expect(await failures([...played], {})).toEqual([])
  })

  it('is wrong in any chapter is found out', () => {
    const chapters = new Set(faults.map(([, { chapter }]) => chapter))
    expect([...chapters].sort()).toEqual(
      [...new Set(suite.vectors.map(({ chapter }) => chapter))].sort(),
    )
  })
})

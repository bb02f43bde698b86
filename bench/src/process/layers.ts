// What each layer of DBAL costs on its own, by the marks that the layers leave. To be looked at costs time too, some
// microseconds a call.
import { LAYERS } from '@proj/dbal-contract'
import { inBench } from '../bench-folder.ts'
import type { ProcessWork } from '../work/work.ts'
import { runNode } from './run-node.ts'

const TASKS = ['read', 'list', 'create', 'update'] as const
const CALLS = 5000
const QUICK_CALLS = 50

type Times = Readonly<Record<string, number>>

export const LAYER_WORKS: readonly ProcessWork[] = TASKS.map((task) => ({
  name: `layers-${task}`,
  says: `a ${task} on SQLite in memory, layer by layer`,
  unit: 'µs',
  rounds: 5,
  open: (quick) => {
    // One program tells of all layers; each of them takes its part once.
    let times: Promise<Times> | undefined
    const taken = new Set<string>()
    const run = async (): Promise<Times> => {
      const child = [inBench('children/layers.mjs'), inBench('workspace'), task]
      const { output } = await runNode([...child, String(quick ? QUICK_CALLS : CALLS)], inBench())
      return JSON.parse(output) as Times
    }
    const layers = LAYERS.filter((layer) => layer !== 'audit' || isAudited(task))
    return Promise.resolve(
      layers.map((name) => ({
        name,
        sample: async () => {
          if (times === undefined || taken.has(name)) {
            times = run()
            taken.clear()
          }
          taken.add(name)
          return (await times)[name] ?? 0
        },
      })),
    )
  },
}))

function isAudited(task: (typeof TASKS)[number]): boolean {
  return task === 'create' || task === 'update'
}

// What kept plans weigh: the heap of a process before and after a thousand shapes of one query.
import { inBench } from '../bench-folder.ts'
import type { ProcessWork } from '../work/work.ts'
import { runNode } from './run-node.ts'

export const memory: ProcessWork = {
  name: 'memory',
  says: 'heap for 1,000 shapes of a list',
  unit: 'KiB',
  rounds: 5,
  open: () =>
    Promise.resolve([
      {
        name: 'dbal-sqlite',
        sample: async () => {
          const { output } = await runNode(
            ['--expose-gc', inBench('children/plan-memory.mjs'), inBench('workspace')],
            inBench(),
          )
          return Number(output)
        },
      },
    ]),
}

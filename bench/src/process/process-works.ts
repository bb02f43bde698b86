import type { ProcessWork } from '../work/work.ts'
import { ACCESS_WORKS } from './access.ts'
import { codegenWork } from './codegen.ts'
import { coldStart } from './cold-start.ts'
import { LAYER_WORKS } from './layers.ts'
import { memory } from './memory.ts'

export const PROCESS_WORKS: readonly ProcessWork[] = [
  coldStart,
  memory,
  ...LAYER_WORKS,
  ...ACCESS_WORKS,
  ...[10, 100, 500, 2000].map(codegenWork),
]

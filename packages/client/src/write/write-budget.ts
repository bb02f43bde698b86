import { invalid } from '@proj/dbal-contract'
import { LIMITS } from '../query/limits.ts'

/** How much one call may still write over relations; shared by all the records it writes. */
export class WriteBudget {
  #records = 0

  /** Throws VALIDATION_ERROR; the caller's transaction undoes what was written. */
  spend(depth: number): void {
    this.#records += 1
    if (this.#records > LIMITS.nestedWrites) {
      throw invalid([], `more than ${LIMITS.nestedWrites} records are written over relations`)
    }
    if (depth > LIMITS.nestedDepth) {
      throw invalid([], `records are nested deeper than ${LIMITS.nestedDepth}`)
    }
  }
}

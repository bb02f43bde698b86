// Collects what a query template needs while the caller's options are read: params by position, the
// shape as text (what identifies the template), and every problem found.
import type { FieldError, Params, Value } from '@proj/dbal-contract'
import type { EntityAccess, FieldUse, PrincipalAccess } from '@proj/dbal-policy'
import type { Entity, FieldType, Model, ParamOperand } from '@proj/dbal-schema'
import { LIMITS, RELATION_COMPLEXITY } from './limits.ts'
import { unknownName } from './unknown-name.ts'

export class QueryBuilder {
  readonly model: Model
  readonly access: PrincipalAccess
  readonly errors: FieldError[] = []
  readonly #maxComplexity: number | undefined
  readonly #params: (Value | readonly Value[] | undefined)[] = []
  #shape = ''
  #terms = 0
  #includes = 0
  #complexity = 0

  /** `maxComplexity` as FILTER-41 counts it; undefined: no bound but those of LIMITS. */
  constructor(model: Model, access: PrincipalAccess, maxComplexity?: number) {
    this.model = model
    this.access = access
    this.#maxComplexity = maxComplexity
  }

  get params(): Params {
    return this.#params
  }

  /**
   * Equal for two calls that differ in values only, and different for any other two: each branch that
   * gives another query marks it, with words that cannot be taken for those of another branch.
   */
  get shape(): string {
    return this.#shape
  }

  mark(part: string): void {
    this.#shape += `${part};`
  }

  param(value: Value | undefined, type: FieldType): ParamOperand {
    return { kind: 'param', index: this.#params.push(value) - 1, type }
  }

  listParam(values: readonly Value[], type: FieldType): ParamOperand {
    return { kind: 'param', index: this.#params.push(values) - 1, type, list: true }
  }

  fail(field: string, error: string): void {
    this.errors.push({ field, error })
  }

  /** The same for a field that does not exist and for one the caller may not use so. */
  failUnknown(field: string, name: string, entity: Entity, use: FieldUse): void {
    this.fail(field, unknownName(name, entity, this.model, this.access, use))
  }

  /** Counts what makes the query costly. */
  spend(complexity: number): void {
    this.#complexity += complexity
  }

  /** Once all is read. */
  demandSimple(): void {
    const most = this.#maxComplexity
    if (most !== undefined && this.#complexity > most)
      this.fail('query', `has a complexity of ${this.#complexity}; ${most} is the most`)
  }

  countTerm(path: string): boolean {
    this.#terms += 1
    this.spend(1)
    if (this.#terms === LIMITS.filterTerms + 1) {
      this.fail(path, `has more than ${LIMITS.filterTerms} terms`)
    }
    return this.#terms <= LIMITS.filterTerms
  }

  countInclude(path: string): boolean {
    this.#includes += 1
    this.spend(RELATION_COMPLEXITY)
    if (this.#includes === LIMITS.includes + 1) {
      this.fail(path, `names more than ${LIMITS.includes} relations`)
    }
    return this.#includes <= LIMITS.includes
  }

  accessTo(entity: Entity): EntityAccess {
    return this.access.entity(entity)
  }
}

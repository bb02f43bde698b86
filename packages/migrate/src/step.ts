/** One change of the database, in words and in SQL. */
export interface Step {
  readonly kind:
    | 'create_table'
    | 'adopt_table'
    | 'drop_table'
    | 'rebuild_table'
    | 'add_column'
    | 'drop_column'
    | 'alter_column'
    | 'add_constraint'
    | 'drop_constraint'
    | 'create_index'
    | 'drop_index'
  readonly table: string
  /** A sentence for the person who decides. */
  readonly description: string
  /**
   * `safe` keeps every value. `loses_data` throws stored values away. `may_fail` depends on the rows:
   * the engine refuses it, and nothing is changed, when they do not fit.
   */
  readonly risk: Risk
  /** What to do instead, where there is such a thing. */
  readonly hint?: string
  /** In order. Empty where the `rebuild_table` step of the table does it. */
  readonly statements: readonly string[]
}

export type Risk = 'safe' | 'loses_data' | 'may_fail'

export function losesData(steps: readonly Step[]): boolean {
  return steps.some((step) => step.risk === 'loses_data')
}

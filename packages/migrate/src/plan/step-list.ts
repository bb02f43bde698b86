// Gathers what a plan is made of, so that the functions that make it need not pass it around.
import type { SqlDialect } from '@proj/dbal-sql'
import type { TableChange } from '../diff/difference.ts'
import type { ColumnShape, TableShape } from '../shape/schema-shape.ts'
import type { Step } from '../step.ts'
import type { Assumption, PlanContext, Refusal, StepPlan } from './plan-context.ts'
import {
  planAddition,
  planAlteration,
  valueWords,
  type Addition,
  type Alteration,
} from './plan-column.ts'
import { probeTable } from './probes.ts'
import { projectNothing, projectRows, type ColumnPlans } from './projection.ts'
import { count } from './words.ts'

export class StepList {
  readonly context: PlanContext
  readonly #steps: Step[] = []
  readonly #refusals: Refusal[] = []
  readonly #assumptions: Assumption[] = []
  readonly #probed: TableShape[] = []
  /** Queries for rows as they will be, by table; of other tables they stay as they are. */
  readonly #projections = new Map<string, string>()

  constructor(context: PlanContext) {
    this.context = context
  }

  get dialect(): SqlDialect {
    return this.context.dialect
  }

  add(step: Step): void {
    this.#steps.push(step)
  }

  /** A table with rows that may break what comes. */
  change(change: TableChange, plans: ColumnPlans): void {
    this.#probed.push(change.after)
    // MySQL keeps the steps that are done, so that its rows are what they have become.
    if (this.dialect.transactionalDdl)
      this.#projections.set(change.after.name, projectRows(change, plans, this.dialect))
  }

  create(table: TableShape): void {
    if (this.dialect.transactionalDdl)
      this.#projections.set(table.name, projectNothing(table, this.dialect))
  }

  addition(table: TableShape, column: ColumnShape): Addition {
    const addition = planAddition(table, column, this.context)
    if (addition.refusal !== undefined) this.#refusals.push(addition.refusal)
    if (addition.needsNoRows) this.#assumeNoRows(table.name)
    return addition
  }

  alteration(table: TableShape, before: ColumnShape, after: ColumnShape): Alteration {
    const alteration = planAlteration(table, before, after, this.context)
    if (alteration.refusal !== undefined) this.#refusals.push(alteration.refusal)
    if (alteration.needsNoValues) this.#assumeNoValues(table.name, before.name)
    return alteration
  }

  /** A step for a table that goes; `created` are those that come. */
  dropTable(
    table: TableShape,
    created: readonly TableShape[],
    statements: readonly string[],
  ): void {
    const rows = this.context.facts.rows(table.name)
    if (rows === 0) this.#assumeNoRows(table.name)
    const heir = rows === 0 ? undefined : created.find((other) => hasColumnsOf(other, table))
    this.add({
      kind: 'drop_table',
      table: table.name,
      description: `drop table ${table.name}${rowWords(rows)}`,
      risk: rows === 0 ? 'safe' : 'loses_data',
      ...(heir === undefined
        ? {}
        : {
            hint: `a renamed table is dropped and made again: to keep the rows, say \`table: ${table.name}\` in the entity ${heir.entity.name}`,
          }),
      statements,
    })
  }

  /** A step for a column that goes; `added` are those that come in its table. */
  dropColumn(
    table: TableShape,
    column: ColumnShape,
    added: readonly ColumnShape[],
    statements: readonly string[],
  ): void {
    const { facts } = this.context
    const isEmptyTable = facts.rows(table.name) === 0
    const filled = isEmptyTable ? 0 : facts.filled(table.name, column.name)
    if (filled === 0) this.#assumeNoValues(table.name, column.name)
    const heir = added.find((other) => other.form === column.form)
    this.add({
      kind: 'drop_column',
      table: table.name,
      description: `drop column ${table.name}.${column.name}${filled === 0 ? '' : ` and ${valueWords(filled)}`}`,
      risk: filled === 0 ? 'safe' : 'loses_data',
      ...(filled === 0 || heir === undefined ? {} : { hint: renameHint(column, heir) }),
      statements,
    })
  }

  finish(): StepPlan {
    const { dialect } = this
    const rows = (table: string): string => {
      const projection = this.#projections.get(table)
      return projection === undefined ? dialect.quote(table) : `(${projection})`
    }
    return {
      steps: this.#steps,
      refusals: this.#refusals,
      assumptions: this.#assumptions,
      probes: this.#probed.flatMap((table) => probeTable(dialect, table, rows)),
    }
  }

  #assumeNoRows(table: string): void {
    this.#assumptions.push({ condition: `EXISTS (SELECT 1 FROM ${this.dialect.quote(table)})` })
  }

  #assumeNoValues(table: string, column: string): void {
    const { quote } = this.dialect
    this.#assumptions.push({
      condition: `EXISTS (SELECT 1 FROM ${quote(table)} WHERE ${quote(column)} IS NOT NULL)`,
    })
  }
}

function rowWords(rows: number | undefined): string {
  if (rows === undefined) return ''
  return rows === 0 ? ', which is empty' : ` and its ${count(rows, 'row')}`
}

function hasColumnsOf(table: TableShape, { columns }: TableShape): boolean {
  return [...columns.keys()].every((name) => table.columns.has(name))
}

function renameHint({ name }: ColumnShape, heir: ColumnShape): string {
  return `a renamed column is dropped and added: to keep the values, push with both ${name} and ${heir.name} first, copy them, then drop ${name}`
}

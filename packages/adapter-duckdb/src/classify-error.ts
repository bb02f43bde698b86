// What DuckDB's messages mean: it has no codes, and its messages hold values, so they go no further than here.
import {
  atIndex,
  conflict,
  constraintError,
  DBALError,
  invalid,
  isDBALError,
  type Model,
} from '@proj/dbal-contract'
import { createConstraintErrors, notAtModel, type ConstraintErrors } from '@proj/dbal-sql'
import { listUniqueSets, type UniqueSets, type Written } from './unique-sets.ts'

interface Context {
  readonly model: Model
  readonly constraints: ConstraintErrors
  readonly uniques: UniqueSets
  readonly written: Written | undefined
}

type Rule = readonly [RegExp, (match: RegExpExecArray, context: Context) => DBALError]

/** The first that fits decides. What stands in quotes may be a caller's value, and is no word of the engine's. */
const RULES: readonly Rule[] = [
  [/^INTERRUPT Error/, () => new DBALError('CANCELLED')],
  [/^[^"]*Failed to commit: (?:.*conflict|PRIMARY KEY or UNIQUE)/is, serialization],
  [/^TransactionContext Error: (?:Transaction )?[Cc]onflict/, serialization],
  [/^TransactionContext Error: Current transaction is aborted/, () => new DBALError('TX_ABORTED')],
  [
    /^[^"]*Duplicate key "(.*)" violates (?:primary key|unique) constraint/s,
    ([, key = ''], context) => duplicate(key, context.uniques.ofColumns(key) ?? [], context),
  ],
  [
    /^[^"]*PRIMARY KEY or UNIQUE constraint violation: duplicate key "(.*)"/s,
    ([, key = ''], context) => {
      const { uniques, written } = context
      return duplicate(key, written === undefined ? [] : uniques.ofValues(key, written), context)
    },
  ],
  [
    /NOT NULL constraint failed: (\S+)\.(\S+)/,
    ([, table, column = ''], { constraints }) => constraints.required({ table, columns: [column] }),
  ],
  [
    /CHECK constraint failed on table (\S+) with expression (.*)/s,
    ([, table, expression = ''], { model }) => brokenCheck(model, table, expression),
  ],
  [/^[^"]*Malformed JSON/, () => new DBALError('DATA_CORRUPT')],
  [/^Out of Range Error|^Conversion Error/, () => invalid([], 'a value is out of range')],
  [/^Catalog Error: Table with name|^Binder Error: .*(?:column|Column)/, () => notAtModel()],
  [/^IO Error: Could not set lock/, () => unavailable('the file is open in another process')],
  [/not a valid DuckDB database/, () => unavailable('the file is not a DuckDB database')],
  [/^Out of Memory Error/, () => unavailable('the engine ran out of memory')],
  [/read-only/, () => unavailable('the database is open for reading only')],
  [
    /different configuration/,
    () => unavailable('the file is open in this process with other settings'),
  ],
  [/^[^"]*Could not write file.*No space left/s, () => unavailable('the disk is full')],
  [/^[^"]*Could not (?:read|write)/, () => unavailable('the file cannot be read or written')],
  [/^IO Error|^Failed to open/, () => unavailable('the file cannot be opened')],
]

/** Maps what the driver threw; a DBALError passes through. `written` tells which row a duplicate key is in. */
export function createClassifier(model: Model): (error: unknown, written?: Written) => DBALError {
  const uniques = listUniqueSets(model)
  const constraints = createConstraintErrors(model)
  return (error, written) => {
    if (isDBALError(error)) return error
    const message = error instanceof Error ? error.message : ''
    for (const [pattern, map] of RULES) {
      const match = pattern.exec(message)
      if (match !== null) return map(match, { model, constraints, uniques, written })
    }
    return new DBALError('DATABASE_ERROR', { cause: error })
  }
}

function duplicate(
  key: string,
  fields: readonly string[],
  { uniques, written }: Context,
): DBALError {
  const error = conflict(fields, 'unique')
  const index = written === undefined ? undefined : uniques.rowWith(key, fields, written)
  return index === undefined ? error : atIndex(error, index)
}

function serialization(): DBALError {
  return new DBALError('SERIALIZATION_CONFLICT')
}

function unavailable(reason: string): DBALError {
  return new DBALError('DATABASE_ERROR', { details: { reason } })
}

/** The message has no name, only the expression: the rule over the same fields is meant. */
function brokenCheck(model: Model, table: string | undefined, expression: string): DBALError {
  const entity = [...model.entities.values()].find((each) => each.table === table)
  const words = new Set(expression.replace(/'(?:[^']|'')*'/g, '').match(/\w+/g))
  const fields = [...(entity?.fields.values() ?? [])].filter(({ column }) => words.has(column))
  const names = fields.map(({ name }) => name)
  const errors = (entity?.constraints ?? []).map(constraintError)
  const broken = errors.find(({ details }) => {
    const own = details?.fields ?? []
    return own.length === names.length && own.every(({ field }) => names.includes(field))
  })
  return broken ?? invalid(names.map((field) => ({ field, error: 'does not fit its type' })))
}

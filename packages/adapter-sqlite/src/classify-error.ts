// What SQLite's errors mean. The libraries differ in how they carry the code; the text is SQLite's own
// in all of them.
import { DBALError, invalid, isDBALError, type Model } from '@proj/dbal-contract'
import { createConstraintErrors, notAtModel, type ConstraintErrors } from '@proj/dbal-sql'

interface Context {
  readonly constraints: ConstraintErrors
  readonly error: unknown
}

type Rule = readonly [RegExp, (match: RegExpExecArray, context: Context) => DBALError]

/** The first that fits decides. */
const RULES: readonly Rule[] = [
  [
    /UNIQUE constraint failed: index '(.+)'/,
    ([, name], { constraints }) => constraints.unique({ name }),
  ],
  [
    /UNIQUE constraint failed: (.+)/,
    ([, columns = ''], { constraints }) => constraints.unique(readColumns(columns)),
  ],
  // SQLite does not say which; the statement's own values tell (packages/sql).
  [/FOREIGN KEY constraint failed/, (_, { constraints }) => constraints.foreignKey({})],
  [
    /NOT NULL constraint failed: (.+)/,
    ([, column = ''], { constraints }) => constraints.required(readColumns(column)),
  ],
  [/CHECK constraint failed: (.+)/, ([, name], { constraints }) => constraints.check({ name })],
  [/integer overflow/i, () => invalid([], 'a value is out of range')],
  [
    /database (?:table )?is locked/,
    (_, { error }) => new DBALError('SERIALIZATION_CONFLICT', { cause: error }),
  ],
  [/no such (?:table|column)|has no column named/, (_, { error }) => notAtModel(error)],
  [/readonly database|read-only/, because('the database is open for reading only')],
  [/malformed JSON/, (_, { error }) => new DBALError('DATA_CORRUPT', { cause: error })],
  [/not a database|malformed/, because('the file is not a SQLite database')],
  [/unable to open|directory does not exist/i, because('the file cannot be opened')],
  [/database or disk is full/, because('the disk is full')],
  [/disk I\/O error/, because('the file cannot be read or written')],
]

/** Maps what a library threw; a DBALError passes through. Nothing of the text reaches the caller. */
export function createClassifier(model: Model): (error: unknown) => DBALError {
  const constraints = createConstraintErrors(model)
  return (error) => {
    if (isDBALError(error)) return error
    const text = error instanceof Error ? error.message : ''
    for (const [pattern, map] of RULES) {
      const match = pattern.exec(text)
      if (match !== null) return map(match, { constraints, error })
    }
    return new DBALError('DATABASE_ERROR', { cause: error })
  }
}

function because(reason: string): Rule[1] {
  return (_, { error }) => new DBALError('DATABASE_ERROR', { details: { reason }, cause: error })
}

/** `table.column, table.column`; all of one table. */
function readColumns(text: string): {
  readonly table: string
  readonly columns: readonly string[]
} {
  const parts = text.split(', ').map((part) => {
    const dot = part.indexOf('.')
    return [part.slice(0, dot), part.slice(dot + 1)] as const
  })
  return { table: parts[0]?.[0] ?? '', columns: parts.map(([, column]) => column) }
}

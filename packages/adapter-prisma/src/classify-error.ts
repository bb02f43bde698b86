// What a failed statement means, one table for all databases below Prisma: Prisma names the frequent errors alike and
// passes the server's own code for the rest.
import { DBALError, invalid, isDBALError, type Model } from '@proj/dbal-contract'
import {
  createConstraintErrors,
  notAtModel,
  type BrokenConstraint,
  type ConstraintErrors,
  type SqlStatement,
} from '@proj/dbal-sql'
import { classifyConnection } from './connection-error.ts'
import { readFault, type Fault } from './fault.ts'

interface Context {
  readonly constraints: ConstraintErrors
  /** What the fault says is broken, in the words of the database. */
  readonly broken: BrokenConstraint
  readonly error: unknown
}

interface Rule {
  readonly kinds?: readonly string[]
  readonly codes?: readonly string[]
  readonly message?: RegExp
  readonly map: (context: Context) => DBALError
}

/** The first that fits decides: by Prisma's kind, by the server's code, or by its text. */
const RULES: readonly Rule[] = [
  {
    kinds: ['UniqueConstraintViolation'],
    codes: ['23505', '1062'],
    map: ({ constraints, broken }) => constraints.unique(broken),
  },
  {
    kinds: ['ForeignKeyConstraintViolation', 'RestrictViolation'],
    codes: ['23503', '23001', '1216', '1217', '1451', '1452'],
    map: ({ constraints, broken }) => constraints.foreignKey(broken),
  },
  {
    kinds: ['NullConstraintViolation'],
    codes: ['23502', '1048', '1364'],
    map: ({ constraints, broken }) => constraints.required(broken),
  },
  {
    // string_data_right_truncation, numeric_value_out_of_range, datetime_field_overflow; ER_WARN_DATA_OUT_OF_RANGE,
    // ER_DATA_TOO_LONG, ER_DATA_OUT_OF_RANGE
    kinds: ['ValueOutOfRange', 'LengthMismatch'],
    codes: ['22001', '22003', '22008', '1264', '1406', '1690'],
    message: /^(?:SQLITE_ERROR: )?integer overflow/i,
    map: ({ constraints, broken }) => constraints.outOfRange(broken),
  },
  {
    // Text, JSON or a date that the column's type cannot hold.
    kinds: ['InvalidInputValue', 'InconsistentColumnData'],
    codes: ['22P02', '22P05', '22007', '22021', '1265', '1292', '1366', '3140', '4037', '4038'],
    map: () => invalid([], 'a value does not fit its field'),
  },
  {
    // What the policies of the tables refuse; without rights on a table it is an error of the database.
    message: /violates row-level security policy/,
    map: ({ error }) => new DBALError('FORBIDDEN', { cause: error }),
  },
  {
    codes: ['SQLITE_CONSTRAINT_CHECK', '275', '23514', '3819', '4025'],
    map: ({ constraints, broken }) => constraints.check(broken),
  },
  {
    // serialization_failure, deadlock_detected, lock_not_available; ER_LOCK_DEADLOCK, ER_LOCK_WAIT_TIMEOUT,
    // ER_CHECKREAD; SQLITE_BUSY and SQLITE_LOCKED, which libsql numbers
    kinds: ['TransactionWriteConflict'],
    codes: ['40001', '40P01', '55P03', '1213', '1205', '1020', 'P2034', '5', '6', '261', '517'],
    message: /^(?:(?:SQLITE_\w+: )?database (?:table )?is locked|cached plan must not change)/,
    map: ({ error }) => new DBALError('SERIALIZATION_CONFLICT', { cause: error }),
  },
  {
    // Text in a json column of SQLite, which stores any.
    message: /^(?:SQLITE_ERROR: )?malformed JSON/,
    map: ({ error }) => new DBALError('DATA_CORRUPT', { cause: error }),
  },
  { codes: ['25P02'], map: () => new DBALError('TX_ABORTED') },
  // An interactive transaction of the application that has ended, or has run out of its time.
  { codes: ['P2028'], map: ({ error }) => new DBALError('TX_LOST', { cause: error }) },
  {
    // A limit of the server's own: ER_QUERY_TIMEOUT, ER_STATEMENT_TIMEOUT; PostgreSQL says it in words only.
    codes: ['3024', '1969'],
    message: /^canceling statement due to statement timeout/,
    map: ({ error }) => new DBALError('TIMEOUT', { cause: error }),
  },
  {
    // query_canceled; ER_QUERY_INTERRUPTED
    codes: ['57014', '1317'],
    map: ({ error }) => new DBALError('CANCELLED', { cause: error }),
  },
  {
    // undefined_table, undefined_column; ER_NO_SUCH_TABLE, ER_BAD_FIELD_ERROR
    kinds: ['TableDoesNotExist', 'ColumnNotFound'],
    codes: ['42P01', '42703', '1146', '1054'],
    message: /^(?:SQLITE_ERROR: )?no such (?:table|column)/,
    map: ({ error }) => notAtModel(error),
  },
]

export type Classify = (error: unknown, statement?: SqlStatement) => DBALError

/** Maps what Prisma threw, of a statement that failed. DBALErrors pass through. */
export function createClassifier(model: Model): Classify {
  const constraints = createConstraintErrors(model)
  return (error, statement) => {
    if (isDBALError(error)) return error
    const fault = readFault(error)
    const rule = RULES.find((candidate) => fits(candidate, fault))
    if (rule === undefined) return classifyConnection(error)
    return rule.map({ constraints, broken: readBroken(fault, statement), error })
  }
}

function fits(rule: Rule, fault: Fault): boolean {
  return (
    rule.kinds?.includes(fault.kind) === true ||
    rule.codes?.includes(fault.code) === true ||
    rule.message?.test(fault.message) === true
  )
}

/** Constraints and columns that are named in a message only. */
const CONSTRAINT =
  /constraint failed: (\w+)$|constraint ["'](\w+)["']|CONSTRAINT `(?:\w+\.)?(\w+)`/i
const COLUMN = /column "([^"]+)"/

function readBroken(fault: Fault, statement: SqlStatement | undefined): BrokenConstraint {
  const named = CONSTRAINT.exec(fault.message)
  const column = COLUMN.exec(fault.message)?.[1]
  const name = fault.index ?? named?.[1] ?? named?.[2] ?? named?.[3]
  // Not every error names the table.
  const table = fault.table ?? statement?.writes
  return { table, columns: fault.columns ?? (column === undefined ? [] : [column]), name }
}

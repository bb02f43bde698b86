import { DBALError } from '@proj/dbal-contract'

/** Another push is running, or has ended since the plan was made. */
export function anotherPush(cause?: unknown): DBALError {
  return new DBALError('SERIALIZATION_CONFLICT', {
    details: { reason: 'another push is changing this database, or has changed it: plan again' },
    cause,
  })
}

/** Rows came that the plan took for absent. */
export function rowsMoved(cause?: unknown): DBALError {
  return new DBALError('SERIALIZATION_CONFLICT', {
    details: {
      reason: 'rows were written since the plan was made, which it would lose: plan again',
    },
    cause,
  })
}

/** SQLite deletes what refers to a table when that is dropped, unless foreign keys are off. */
export function foreignKeysOn(cause?: unknown): DBALError {
  return new DBALError('CAPABILITY_NOT_SUPPORTED', {
    details: {
      capability: 'migrations',
      reason:
        'this connection to SQLite cannot switch foreign keys off, which rebuilding a table needs: push with the sqlite adapter',
    },
    cause,
  })
}

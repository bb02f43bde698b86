import { isDBALError, type Dialect } from '@proj/dbal-contract'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import type { Model } from '@proj/dbal-schema'
import type { EmittedFile } from '../generated-file.ts'
import { header } from '../header.ts'

/**
 * The statements that bring an empty database to the model. What the engine cannot keep is said in the
 * file: a contract need not fit every engine.
 */
export function ddlFile(model: Model, dialect: Dialect): EmittedFile {
  return { path: `${dialect}.sql`, text: `${header(model, '--')}\n${statements(model, dialect)}` }
}

function statements(model: Model, dialect: Dialect): string {
  try {
    const all = createSchema(model, dialectFor(dialect))
    return all.length === 0 ? '' : `${all.join(';\n\n')};\n`
  } catch (error) {
    if (!isDBALError(error) || error.code !== 'CAPABILITY_NOT_SUPPORTED') throw error
    return `-- This contract cannot be kept here: ${error.details?.reason ?? error.message}\n`
  }
}

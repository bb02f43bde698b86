// Target `sqlite`: the DDL of SQLite.
import type { Emitter } from '../generated-file.ts'
import { ddlFile } from './ddl-file.ts'

export const emitSqlite: Emitter = (model) => [ddlFile(model, 'sqlite')]

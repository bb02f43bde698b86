// Target `duckdb`: the DDL of DuckDB.
import type { Emitter } from '../generated-file.ts'
import { ddlFile } from './ddl-file.ts'

export const emitDuckdb: Emitter = (model) => [ddlFile(model, 'duckdb')]

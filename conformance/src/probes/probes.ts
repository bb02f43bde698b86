import { changes } from './changes.ts'
import { connectionPooling } from './connection-pooling.ts'
import { migrations } from './migrations.ts'
import type { Probe } from './probe.ts'
import { schemaIntrospection } from './schema-introspection.ts'
import { statementCancel } from './statement-cancel.ts'

/** By the feature that each shows; `probe` of a step names it. */
export const PROBES: ReadonlyMap<string, Probe> = new Map([
  ['changes', changes],
  ['connection_pooling', connectionPooling],
  ['migrations', migrations],
  ['schema_introspection', schemaIntrospection],
  ['statement_cancel', statementCancel],
])

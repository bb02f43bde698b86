import type { Model } from '@proj/dbal-contract'
import type { SqlDialect } from '../dialect/dialect.ts'
import type { CompileContext, ListForm } from './compile-context.ts'
import { compilePredicate } from './compile-predicate.ts'
import { text } from './sql.ts'

const prefixes = new WeakMap<Model, string>()

/** A context for one statement: its names of tables count from the start. */
export function createContext(
  model: Model,
  dialect: SqlDialect,
  listForm: (index: number) => ListForm,
): CompileContext {
  const prefix = aliasPrefix(model)
  let count = 0
  const context: CompileContext = {
    model,
    dialect,
    listForm,
    nextAlias: () => text(dialect.quote(`${prefix}${count++}`)),
    predicate: (scope, predicate) => compilePredicate(context, scope, predicate),
  }
  return context
}

/** A table of the model may be called t0, too. */
function aliasPrefix(model: Model): string {
  const known = prefixes.get(model)
  if (known !== undefined) return known
  const tables = [...model.entities.values()].map(({ table }) => table.toLowerCase())
  let prefix = 't'
  while (
    tables.some((table) => table.startsWith(prefix) && /^\d+$/.test(table.slice(prefix.length)))
  )
    prefix += '_'
  prefixes.set(model, prefix)
  return prefix
}

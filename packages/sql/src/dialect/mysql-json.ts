// JSON of MySQL, which keeps a tree, and of MariaDB, which keeps the text.
import { join, sql, text, type Sql } from '../compile/sql.ts'
import type { JsonPath, SqlDialect } from './dialect.ts'
import { jsonPathText } from './json-path.ts'
import { quoteString } from './standard.ts'

const JSON_TYPES = {
  string: `'STRING'`,
  number: `'INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL'`,
  boolean: `'BOOLEAN'`,
}

/** `"\u002d`, in digits: whether a backslash escapes depends on a server setting. */
const ESCAPED = `CONVERT(X'225C7530303264' USING utf8mb4)`

/** Nested deeper, MariaDB takes a text for no JSON. */
export const MARIADB_JSON_DEPTH = 31

type JsonReaders = Pick<SqlDialect, 'jsonLeaf' | 'jsonValue' | 'jsonNull'>

export function mysqlJson(mariadb: boolean, collate: Sql): JsonReaders {
  const extract = mariadb ? extractHyphens : extractAt
  return {
    jsonLeaf(column, path, leaf) {
      const value = extract(column, path)
      const read = {
        string: sql`CONVERT(JSON_UNQUOTE(${value}) USING utf8mb4)${collate}`,
        number: sql`CAST(${value} AS DOUBLE)`,
        boolean: sql`${value} = TRUE`,
      }[leaf]
      return sql`CASE WHEN JSON_TYPE(${value}) IN (${text(JSON_TYPES[leaf])}) THEN ${read} END`
    },
    jsonValue(column, path) {
      const value = extract(column, path)
      if (!mariadb) return value
      // MariaDB puts spaces in, and compares a bare JSON_EXTRACT as if it were unquoted.
      const compact = sql`JSON_COMPACT(${value})`
      return path.some(isHyphenated) ? replaced(compact, ESCAPED, `'"-'`) : compact
    },
    jsonNull: (column, path) => sql`JSON_TYPE(${extract(column, path)}) = 'NULL'`,
  }
}

/** `[0]` of what is no list is the whole of it here: each list on the way is asked for. */
function extractAt(column: Sql, path: JsonPath, spell = spelled): Sql {
  const at = (steps: JsonPath): Sql => sql`JSON_EXTRACT(${column}, ${text(spell(steps))})`
  const lists = path.flatMap((step, n) =>
    typeof step === 'number' ? [sql`JSON_TYPE(${at(path.slice(0, n))}) = 'ARRAY'`] : [],
  )
  if (lists.length === 0) return at(path)
  return sql`CASE WHEN ${join(lists, ' AND ')} THEN ${at(path)} END`
}

function spelled(path: JsonPath): string {
  return quoteString(jsonPathText(path))
}

/**
 * MariaDB's paths have no hyphen at the start of a key, and find a key as it is written: so it is written as its
 * escape in both. After a quote, the text of a document has a hyphen only inside of a string.
 */
function extractHyphens(column: Sql, path: JsonPath): Sql {
  if (!path.some(isHyphenated)) return extractAt(column, path)
  return extractAt(
    replaced(column, `'"-'`, ESCAPED),
    path,
    (steps) => `REPLACE(${spelled(steps)}, '"-', ${ESCAPED})`,
  )
}

function isHyphenated(step: string | number): boolean {
  return typeof step === 'string' && step.startsWith('-')
}

function replaced(value: Sql, from: string, to: string): Sql {
  return sql`REPLACE(${value}, ${text(from)}, ${text(to)})`
}

// What servers of the bridge's peers answer from: the same database as ours, without rules.
import Database from 'better-sqlite3'

export function openRows(statements) {
  const db = new Database(':memory:')
  for (const statement of statements) db.exec(statement)
  let point
  return {
    execute: (sql) => void db.exec(sql),
    read: (id) => {
      point ??= db.prepare('SELECT * FROM posts WHERE id = ?')
      return point.get(id)
    },
    close: () => void db.close(),
  }
}

import { generate } from '@proj/dbal-codegen'
import { DuckDBInstance } from '@duckdb/node-api'
import Database from 'libsql'
import { expect, test } from 'vitest'
import { modelOf, referenceModel, stressModel } from './workspaces.ts'

test('sqlite.sql runs on SQLite', () => {
  const [file] = generate({ model: stressModel(), targets: ['sqlite'] })
  const database = new Database(':memory:')
  database.exec(file?.text ?? '')
  const tables = database.prepare(
    "SELECT count(*) AS count FROM sqlite_master WHERE type = 'table'",
  )
  expect(tables.get()).toMatchObject({ count: stressModel().entities.size })
  database.close()
})

test('duckdb.sql runs on DuckDB', async () => {
  const model = await referenceModel()
  const [file] = generate({ model, targets: ['duckdb'] })
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(file?.text ?? '')
  const result = await connection.runAndReadAll('SELECT count(*)::INTEGER FROM duckdb_tables()')
  expect(result.getRows()).toEqual([[model.entities.size]])
  connection.closeSync()
  instance.closeSync()
})

test('says in the file what an engine cannot keep', () => {
  const model = modelOf(`entity: Thing
fields:
  id: { type: uuid, primary: true, generated: true }
  huge: { type: decimal, precision: 38, scale: 0, required: true }
`)
  const [file] = generate({ model, targets: ['sqlite'] })
  expect(file?.text).toMatch(/^-- Generated .*\n-- Model .*\n\n-- This contract cannot .*huge\n$/)
})

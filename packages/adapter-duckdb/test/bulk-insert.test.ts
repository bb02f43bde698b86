// The appender stores what INSERT would have stored.
import { compileWorkspace, type Model } from '@proj/dbal-schema'
import { expect, it } from 'vitest'
import { openDuckdb } from '../src/index.ts'

const PARTS = `
entity: Part
fields:
  id: { type: integer, primary: true }
  colour: { type: string, default: grey }
acl: {}
`

function partsModel(): Model {
  const { model } = compileWorkspace([{ path: 'entities/part.yaml', text: PARTS }])
  if (model === undefined) throw new Error('the model does not compile')
  return model
}

it('gives a field that is left out its default, however many rows there are', async () => {
  const adapter = await openDuckdb({ model: partsModel() })
  for (const [rows, first] of [
    [2, 0],
    [200, 1000],
  ] as const) {
    const ids = Array.from({ length: rows }, (_, i) => first + i)
    await adapter.run({ kind: 'insert', entity: 'Part', fields: ['id'] }, ids)
  }
  const where = { kind: 'true' } as const
  const query = { kind: 'select', entity: 'Part', fields: ['colour'], where, sort: [] } as const
  const { rows } = await adapter.run(query, [])
  expect(new Set(rows.map((row) => row['colour']))).toEqual(new Set(['grey']))
  await adapter.close()
})

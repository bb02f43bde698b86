// Decimals that DuckDB has no common type for: their comparison is refused, and whatever needs none is done (VALUE-16).
import { DBALClient, isDBALError, type ScopedClient } from '@proj/dbal'
import type { Adapter } from '@proj/dbal-contract'
import { compileWorkspace, formatDiagnostics, type Model } from '@proj/dbal-schema'
import { afterEach, describe, expect, it } from 'vitest'
import { duckdb, memory } from '../src/targets/embedded.ts'

/** `left < right` is what a user's list asks of every row. */
function modelWith(left: string, right: string): Model {
  const decimal = (digits: string) => {
    const [whole, scale] = digits.split(' ').map(Number) as [number, number]
    return `{ type: decimal, precision: ${whole + scale}, scale: ${scale}, optional: true }`
  }
  const text = `
entity: Span
fields:
  id: { type: string, primary: true }
  left: ${decimal(left)}
  right: ${decimal(right)}
acl:
  list: { user: true, row_level_filter: left < right }
`
  const { model, diagnostics, files } = compileWorkspace([{ path: 'entities/span.yaml', text }])
  if (model === undefined)
    throw new Error(formatDiagnostics(diagnostics, files, { format: 'pretty' }))
  return model
}

const ROWS = [
  { id: 'a', left: '1.5', right: '2' },
  { id: 'b', left: '2', right: '1.5' },
  { id: 'c', left: '-1', right: '-1' },
]

async function listed(ann: ScopedClient): Promise<unknown> {
  try {
    return (await ann['spans'].list()).data.map((row: { id: unknown }) => row.id)
  } catch (error) {
    if (isDBALError(error)) return error.code
    throw error
  }
}

describe('digits before the point and after it', () => {
  let adapter: Adapter
  let system: ScopedClient
  let ann: ScopedClient
  const open = async (target: typeof duckdb, left: string, right: string): Promise<void> => {
    const schema = modelWith(left, right)
    adapter = await target.open(schema)
    const client = new DBALClient({ schema, adapter })
    system = client.system()
    ann = client.as({ user: { id: 'ann', role: 'user' } })
    await system['spans'].createMany(ROWS)
  }
  afterEach(() => adapter.close())

  it.each([
    // Whole digits and scale, of the one and of the other.
    ['36 2', '2 2', ['a']],
    ['30 8', '8 8', ['a']],
    ['30 8', '8 9', 'CAPABILITY_NOT_SUPPORTED'],
    ['2 30', '30 2', 'CAPABILITY_NOT_SUPPORTED'],
    ['37 1', '1 2', 'CAPABILITY_NOT_SUPPORTED'],
  ])('%s beside %s compare to %j', async (left, right, expected) => {
    await open(duckdb, left, right)
    expect(await listed(ann)).toEqual(expected)
    // What compares no two fields is done all the same.
    expect(await system['spans'].count({ left: { gt: '0' }, right: { gt: '1.5' } })).toBe(1)
    expect(await system['spans'].aggregate({ max: ['left', 'right'] })).toMatchObject({ max: {} })
  })

  it('are no concern of the store in memory', async () => {
    await open(memory, '2 30', '30 2')
    expect(await listed(ann)).toEqual(['a'])
  })
})

import { fileURLToPath } from 'node:url'
import { DBALClient, type AdapterName, type ClientConfig } from '@proj/dbal'
import { beforeAll, describe, expect, it } from 'vitest'
import { runProgram, steppingClock, type Step } from '../src/index.ts'
import { libraryProgram } from './library-program.ts'
import { siteProgram } from './site-program.ts'

const folder = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const targets: readonly AdapterName[] = ['memory', 'sqlite', 'prisma', 'duckdb']

const unused = (): boolean => true
const programs: readonly (readonly [string, readonly Step[], ClientConfig])[] = [
  ['site', siteProgram, { workspace: folder('packages/schema/reference') }],
  [
    'library',
    libraryProgram,
    {
      workspace: folder('examples/library/dbal'),
      operations: {
        'Loan.check_out': unused,
        'Order.receive': unused,
        'StockLevel.recount': unused,
      },
      rules: { within_loan_limit: unused, title_isbn_check_digit: unused },
    },
  ],
]

describe.each(programs)('the %s program gives the same bytes', (_, steps, config) => {
  let oracle: readonly string[]

  async function play(adapter: AdapterName): Promise<readonly string[]> {
    const client = new DBALClient({
      ...config,
      adapter,
      database: { url: ':memory:' },
      now: steppingClock(),
    })
    try {
      return (await runProgram(client, steps)).lines
    } finally {
      await client.close()
    }
  }

  beforeAll(async () => {
    oracle = await play('memory')
  })

  it('says what is expected of it', () => {
    expect(oracle).toMatchSnapshot()
  })

  it('twice', async () => {
    expect(await play('memory')).toEqual(oracle)
  })

  it.each(targets)('on %s', async (adapter) => {
    expect(await play(adapter)).toEqual(oracle)
  })
})

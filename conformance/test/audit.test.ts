// Auditing changes no answer: a program gives the same bytes with it as without, but for the steps of the
// clock that entries take.
import { fileURLToPath } from 'node:url'
import { DBALClient, type AdapterName } from '@proj/dbal'
import { expect, test } from 'vitest'
import { runProgram, steppingClock } from '../src/index.ts'
import { siteProgram } from './site-program.ts'

const workspace = fileURLToPath(new URL('../../packages/schema/reference', import.meta.url))
const targets: readonly AdapterName[] = ['memory', 'sqlite', 'prisma', 'duckdb']

async function play(adapter: AdapterName, enableAuditLog: boolean): Promise<readonly string[]> {
  const client = new DBALClient({
    workspace,
    adapter,
    database: { url: ':memory:' },
    security: { enableAuditLog },
    now: steppingClock(),
  })
  try {
    return (await runProgram(client, siteProgram)).lines
  } finally {
    await client.close()
  }
}

test.each(targets)('%s', async (adapter) => {
  const strip = (line: string): string => line.replaceAll(/@2026-[^"]*/g, '@')
  const [audited, plain] = [await play(adapter, true), await play(adapter, false)]
  expect(audited.map(strip)).toEqual(plain.map(strip))
})

// The client on Node, and on Bun and Deno where DBAL_TEST_BUN and DBAL_TEST_DENO name their executables: as it is
// taken there by itself, and as bundlers take it for browsers.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { folderWith, serve } from '../serve.ts'

const NOTE = `
entity: Note
fields:
  id: { type: uuid, primary: true, generated: true }
  text: { type: string, required: true }
  size: { type: bigint, optional: true, nullable: true }
  photo: { type: bytes, optional: true, nullable: true }
  price: { type: decimal, precision: 10, scale: 2, optional: true, nullable: true }
  at: { type: datetime, optional: true, nullable: true }
  data: { type: json, optional: true, nullable: true }
acl:
  create: { public: true }
  read: { public: true }
`

interface Runtime {
  readonly name: string
  readonly path: string
  readonly args: readonly string[]
}

const RUNTIMES: readonly Runtime[] = [
  { name: 'Node', path: process.execPath, args: [] },
  { name: 'Bun', path: process.env['DBAL_TEST_BUN'] ?? '', args: [] },
  { name: 'Deno', path: process.env['DBAL_TEST_DENO'] ?? '', args: ['run', '-A', '--no-prompt'] },
]
const BROWSER = '--conditions=browser'
const LIMIT_MS = 60_000

async function run(
  { path, args }: Runtime,
  program: string,
  given: readonly string[],
  conditions: readonly string[] = [],
): Promise<string> {
  const file = fileURLToPath(new URL(program, import.meta.url))
  const { stdout } = await promisify(execFile)(path, [...args, ...conditions, file, ...given], {
    timeout: LIMIT_MS,
  })
  return stdout
}

describe.each(RUNTIMES.filter(({ path }) => path !== ''))('on $name', (runtime) => {
  test.each([
    ['websocket', 'json'],
    ['websocket', 'cbor'],
    ['http', 'json'],
    ['http', 'cbor'],
    ['auto', 'json'],
  ])('in production over %s in %s', { timeout: LIMIT_MS }, async (...way) => {
    const files = {
      'dbal/entities/all.yaml': NOTE,
      'dbal/handlers.mjs': 'export const operations = {}\n',
    }
    const daemon = await serve({ files })
    expect(await run(runtime, 'remote.mjs', [daemon.endpoint, ...way])).toBe('')
    // Node 20 has no WebSocket of its own.
    if (runtime.name === 'Node' && way[0] !== 'http') return
    await daemon.client.system().notes.deleteMany({}, { all: true })
    expect(await run(runtime, 'remote.mjs', [daemon.endpoint, ...way], [BROWSER])).toBe('')
  })

  test.each(['memory', 'sqlite'])('in process on %s', { timeout: LIMIT_MS }, async (adapter) => {
    const folder = folderWith({ 'dbal/entities/all.yaml': NOTE })
    expect(await run(runtime, 'local.mjs', [`${folder}/dbal`, adapter])).toBe('')
  })
})

// A daemon of a small contract on a real socket, with the files that it reads in a folder of its own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as requestHttp, type IncomingHttpHeaders } from 'node:http'
import { request as requestHttps, type RequestOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, afterEach } from 'vitest'
import type { BridgeHost } from '@proj/dbal-bridge-ws/server'
import { openBridge, startDaemon, type Daemon, type DaemonOptions } from '../src/index.ts'
import { loadProjectConfig } from '../src/project.ts'

const CONTRACT = `
entity: User
fields:
  id: { type: uuid, primary: true, generated: true }
  username: { type: string, required: true, unique: true }
  role: { type: enum, values: [user, admin], default: user }
acl:
  create: { admin: true }
  read: { user: true }
---
entity: Session
fields:
  id: { type: uuid, primary: true, generated: true }
  userId: { type: uuid, required: true, foreign_key: { entity: User, field: id, name: user, inverse: sessions, on_delete: cascade } }
  TOKEN: { type: string, required: true, unique: true, sensitive: true }
  expiresAt: { type: bigint, required: true }
acl:
  create: { system: true }
  read: { system: true }
security: { never_expose: [TOKEN] }
---
entity: Note
fields:
  id: { type: uuid, primary: true, generated: true }
  text: { type: string, required: true }
acl:
  create: { user: true }
  read: { public: true }
  list: { public: true }
operations:
  whoami: { input: [], output: string, acl_required: [read] }
  wait: { input: [], output: string, acl_required: [read] }
`

const HANDLERS = `
import { once } from 'node:events'
export const operations = {
  'Note.whoami': ({ principal }) => JSON.stringify([principal.id ?? null, ...principal.roles]),
  'Note.wait': async () => {
    const gone = once(process, 'dbal-test-go')
    process.emit('dbal-test-waiting')
    await gone
    return 'done'
  },
}
`

export interface Served extends Daemon {
  readonly host: BridgeHost
  /** What was logged until then. */
  log(): string
}

export interface Setting {
  readonly config?: string
  readonly files?: Readonly<Record<string, string>>
  readonly tokenField?: string
  readonly options?: DaemonOptions
}

const folders: string[] = []
const running: Daemon[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((daemon) => daemon.close()))
})

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder with these files, removed after the tests of the file. Names with `key` are for their owner only. */
export function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'dbal-daemon-'))
  folders.push(folder)
  for (const [path, text] of Object.entries(files)) write(join(folder, path), text)
  return folder
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text, { mode: path.endsWith('key.pem') ? 0o600 : 0o644 })
}

export function projectFolder({ config = '', files = {}, tokenField = 'token' }: Setting): string {
  return folderWith({
    'dbal.config.yaml': `workspace: ./dbal\n${config}`,
    'dbal/entities/all.yaml': CONTRACT.replaceAll('TOKEN', tokenField),
    'dbal/roles.yaml': 'roles: [user, admin]\n',
    'dbal/handlers.mjs': HANDLERS,
    ...files,
  })
}

export async function serve(setting: Setting = {}): Promise<Served> {
  return serveFolder(projectFolder(setting), setting.options)
}

export async function serveFolder(cwd: string, options: DaemonOptions = {}): Promise<Served> {
  const output = new PassThrough()
  let text = ''
  output.setEncoding('utf8').on('data', (more: string) => (text += more))
  let found: BridgeHost | undefined
  const daemon = await startDaemon(await loadProjectConfig({}, cwd), {
    port: 0,
    adapter: 'memory',
    log: output,
    bridge: (host, limits) => {
      found = host
      return openBridge(host, limits)
    },
    ...options,
  })
  running.push(daemon)
  if (found === undefined) throw new Error('the bridge was not opened')
  const host = found
  return { ...daemon, host, log: () => text }
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Ask extends Pick<
  RequestOptions,
  | 'method'
  | 'headers'
  | 'ca'
  | 'cert'
  | 'key'
  | 'ciphers'
  | 'minVersion'
  | 'maxVersion'
  | 'servername'
> {
  readonly body?: string | Uint8Array
}

export function ask(daemon: Daemon, path: string, { body, ...options }: Ask = {}): Promise<Reply> {
  const isTls = daemon.endpoint.startsWith('wss:')
  const url = `${isTls ? 'https' : 'http'}://${daemon.address}${path}`
  return new Promise((resolve, reject) => {
    const request = (isTls ? requestHttps : requestHttp)(url, { agent: false, ...options })
    request.on('error', reject).on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (more: string) => (text += more))
      response.on('error', reject).on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
      })
    })
    request.end(body)
  })
}

export interface Called {
  readonly status: number
  readonly result?: unknown
  readonly code?: string
}

/** One operation over POST. */
export async function call(
  daemon: Daemon,
  method: string,
  token?: string,
  params: object = {},
  options: Ask = {},
): Promise<Called> {
  const { status, text } = await ask(daemon, '/rpc', {
    ...options,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...options.headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const { result, error } = JSON.parse(text) as {
    readonly result?: unknown
    readonly error?: { readonly data?: { readonly code?: string } }
  }
  const code = error?.data?.code
  return {
    status,
    ...(error === undefined ? { result } : {}),
    ...(code === undefined ? {} : { code }),
  }
}

/** Who the daemon takes the holder of the token for: its id and roles; or the code of the refusal. */
export async function whoIs(daemon: Daemon, token?: string, options?: Ask): Promise<unknown> {
  const { result, code } = await call(daemon, 'Note.whoami', token, {}, options)
  return code ?? (JSON.parse(String(result)) as unknown)
}

// `dbal serve` as a process that can be killed like one, at one address through all of its lives.
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ADA, CONTRACT, ROLES } from '../serve.ts'

const BIN = fileURLToPath(new URL('../../../cli/bin/dbal.js', import.meta.url))
const HANDLERS = `export const operations = { 'Note.shout': ({ input }) => String(input.text) }\n`

/** What every client of the tests has. */
export const KEY = 'dbal_of_the_fault_simulator'

export class DaemonProcess {
  readonly #cwd = mkdtempSync(join(tmpdir(), 'dbal-killed-'))
  readonly url: string
  #port = 0
  #child: ChildProcess | undefined
  /** What it said last on standard error. */
  #said = ''

  /** `url` of an empty database; a file of SQLite unless given. */
  constructor(url?: string) {
    this.url = url ?? `file:${join(this.#cwd, 'killed.db')}`
    const sha256 = createHash('sha256').update(KEY).digest('hex')
    const files = {
      'dbal/entities/all.yaml': CONTRACT,
      'dbal/roles.yaml': ROLES,
      'dbal/handlers.mjs': HANDLERS,
      'keys.yaml': `keys:\n  - { name: app, sha256: ${sha256}, user: { id: ${ADA}, role: admin } }\n`,
      'dbal.config.yaml': 'auth: { api_keys_file: ./keys.yaml }\nserver: { log_level: warn }\n',
    }
    mkdirSync(join(this.#cwd, 'dbal/entities'), { recursive: true })
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.#cwd, name), text)
  }

  get endpoint(): string {
    return `ws://127.0.0.1:${this.#port}/rpc`
  }

  /** Brings the database to the contract. */
  async push(): Promise<void> {
    this.#port = await freePort()
    const child = this.#spawn(['push', '--url', this.url])
    const [code] = (await once(child, 'exit')) as [number | null]
    if (code !== 0) throw new Error(`dbal push: ${this.#said}`)
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    const child = this.#spawn(['serve', '--url', this.url, '--port', String(this.#port)])
    this.#child = child
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (text: string) => text.includes('dbal serves at') && resolve())
      child.once('exit', () => reject(new Error(`dbal serve: ${this.#said}`)))
    })
  }

  /** As the kernel does it: nothing of it runs any more. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.#cwd, { recursive: true, force: true })
  }

  #spawn(args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: this.#cwd,
      env: { PATH: process.env['PATH'] },
    })
    this.#said = ''
    child.stdout.setEncoding('utf8').resume()
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#said += text))
    return child
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => {
    server.close(resolve)
  })
  return port
}

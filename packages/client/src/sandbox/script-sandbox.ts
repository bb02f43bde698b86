// The sandbox of a client: loaded when the first script or the first text to scan needs it, because it
// is a package of its own and many contracts have no code in their rows.
import { DBALError, isDBALError, unavailable } from '@proj/dbal-contract'
import type { FieldFinding, RunOptions, Sandbox, Script } from '@proj/dbal-sandbox'
import type { ClientConfig } from '../config/client-config.ts'

type Package = typeof import('@proj/dbal-sandbox')
export type SandboxMode = NonNullable<NonNullable<ClientConfig['security']>['sandbox']>

export class ScriptSandbox {
  readonly mode: SandboxMode
  #sandbox: Promise<Sandbox> | undefined
  #closed = false

  constructor(mode: SandboxMode = 'strict') {
    this.mode = mode
  }

  /**
   * What the script returns. Throws what the sandbox throws, CAPABILITY_NOT_SUPPORTED where there is
   * none, and UNAVAILABLE after `close`.
   */
  async run(script: Script, options: RunOptions): Promise<unknown> {
    return (await this.#opened()).run(script, options)
  }

  /** Data as a script is given it. Throws SANDBOX_VIOLATION for anything else, and what `run` throws. */
  async copy(value: unknown): Promise<unknown> {
    return (await this.#opened()).copy(value)
  }

  async #opened(): Promise<Sandbox> {
    if (this.mode === 'disabled') throw noSandbox("the config says sandbox: 'disabled'")
    if (this.#closed) throw unavailable('the client is closed')
    this.#sandbox ??= this.#open(this.mode)
    return this.#sandbox
  }

  /** Throws MALICIOUS_CODE_DETECTED with what `look` finds. */
  async demandClean(look: (scanner: Package) => readonly FieldFinding[]): Promise<void> {
    if (this.mode !== 'strict') return
    const scanner = await loadPackage()
    const findings = look(scanner)
    if (findings.length > 0) throw scanner.malicious(findings)
  }

  async close(): Promise<void> {
    this.#closed = true
    const sandbox = await this.#sandbox?.catch(() => undefined)
    await sandbox?.close()
  }

  async #open(mode: 'strict' | 'permissive'): Promise<Sandbox> {
    const { openSandbox } = await loadPackage()
    return openSandbox({ mode })
  }
}

export function noSandbox(reason: string, cause?: unknown): DBALError {
  const details = { capability: 'sandbox', reason }
  return new DBALError('CAPABILITY_NOT_SUPPORTED', { details, cause })
}

async function loadPackage(): Promise<Package> {
  try {
    return await import('@proj/dbal-sandbox')
  } catch (cause) {
    if (isDBALError(cause)) throw cause
    const missing = cause instanceof Error && cause.message.includes('@proj/dbal-sandbox')
    const reason = missing
      ? 'install @proj/dbal-sandbox for entities with sandbox_required or scan_for_malicious'
      : '@proj/dbal-sandbox is installed and could not be loaded'
    throw noSandbox(reason, cause)
  }
}

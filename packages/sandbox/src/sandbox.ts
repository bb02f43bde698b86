// The door: a script in, data or an error out.
import { DBALError, isDBALError, type JsonValue } from '@proj/dbal-contract'
import { forbiddenIn } from './forbidden-names.ts'
import { copyJson, printJson, readJson } from './json-text.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import { runInWorker, type RunResult } from './run-in-worker.ts'
import { malicious } from './scan/finding.ts'
import { scanScript } from './scan/scan-script.ts'
import { scriptFailed, violated } from './violation.ts'
import { WorkerPool } from './worker-pool.ts'
import type { Language, RunRequest } from './worker/messages.ts'

export interface Script {
  readonly language: Language
  readonly code: string
  /** What the script finds as `args`; null unless given. */
  readonly args?: unknown
}

export interface RunOptions {
  /** Milliseconds, instead of the sandbox's own limit. */
  readonly timeMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface SandboxOptions {
  /** `strict` scans a script before it runs. */
  readonly mode?: 'strict' | 'permissive' | undefined
  readonly limits?: Partial<Limits> | undefined
  /** Threads at most; 2 unless given. */
  readonly workers?: number | undefined
  /** Runs that may wait for a thread; 100 unless given. */
  readonly waiting?: number | undefined
}

export interface Sandbox {
  /**
   * What the script returns, as data. Rejects with SANDBOX_VIOLATION, MALICIOUS_CODE_DETECTED, UNAVAILABLE,
   * INTERNAL_ERROR for an error of the script's own, or the signal's reason.
   */
  run(script: Script, options?: RunOptions): Promise<JsonValue>
  /** The value as a script would be given it. Throws SANDBOX_VIOLATION for what is no data, or too much of it. */
  copy(value: unknown): JsonValue
  /** Ends all threads; runs under way are rejected. */
  close(): Promise<void>
}

/** Starts nothing: a thread starts with the first script, an engine is loaded when one needs it. */
export function openSandbox(options: SandboxOptions = {}): Sandbox {
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits }
  const pool = new WorkerPool({ workers: options.workers ?? 2, waiting: options.waiting ?? 100 })
  const scans = options.mode !== 'permissive'
  return {
    async run(script, { timeMs = limits.timeMs, signal } = {}) {
      const request = prepare(script, limits)
      if (scans) demandClean(script)
      const result = await pool
        .use(signal, async (worker) => {
          const answer = await runInWorker(worker, request, { timeMs }, signal)
          return [answer, answer.kind === 'answer' || answer.kind === 'error']
        })
        .catch(refuse)
      return readResult(result, script.language, limits)
    },
    copy(value) {
      const data = copyJson(value, limits.inputBytes)
      if (data === undefined) throw violated('input')
      return data
    },
    close: () => pool.close(),
  }
}

function prepare({ language, code, args = null }: Script, limits: Limits): RunRequest {
  const { memoryBytes, codeBytes, inputBytes, outputBytes } = limits
  if (Buffer.byteLength(code) > codeBytes) throw violated('code')
  const json = printJson(args, inputBytes)
  if (json === undefined) throw violated('input')
  return { language, code, args: json, memoryBytes, outputBytes }
}

function demandClean({ language, code }: Script): void {
  const findings = scanScript(language, code)
  if (findings.length > 0) throw malicious(findings)
}

function refuse(error: unknown): never {
  if (isDBALError(error) || !(error instanceof Error) || error.name === 'AbortError') throw error
  throw new DBALError('INTERNAL_ERROR', { cause: error })
}

function readResult(result: RunResult, language: Language, limits: Limits): JsonValue {
  switch (result.kind) {
    case 'answer': {
      const value = readJson(result.json, limits.outputBytes)
      if (value === undefined) throw violated('output')
      return value
    }
    case 'ended':
      throw violated(result.by)
    case 'violation':
      throw violated(result.violation)
    case 'error': {
      const name = forbiddenIn(language, result.message)
      if (name !== undefined) throw violated('global', name, new Error(result.message))
      throw scriptFailed(result.line, result.message)
    }
  }
}

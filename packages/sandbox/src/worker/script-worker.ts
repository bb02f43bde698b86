// The thread that a script runs in. It is the engine's host only: no name of this file is one of the
// script's. Its end at the deadline is the pool's business.
import { parentPort } from 'node:worker_threads'
import type { Outcome, Runner, RunRequest, WorkerMessage } from './messages.ts'

const loaded = new Map<RunRequest['language'], Promise<Runner>>()

async function load(language: RunRequest['language']): Promise<Runner> {
  if (language === 'lua') return (await import('./run-lua.ts')).loadLua()
  return (await import('./run-javascript.ts')).loadJavaScript()
}

async function handle(request: RunRequest): Promise<void> {
  const { language } = request
  const loading = loaded.get(language) ?? load(language)
  loaded.set(language, loading)
  const run = await loading
  const send = (message: WorkerMessage): void =>
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    parentPort?.postMessage(message)
  send(await attempt(run, request, () => send({ kind: 'started' })))
}

/** A trap of the machine, or its host's stack running out: it had no more room for the script. */
async function attempt(run: Runner, request: RunRequest, begin: () => void): Promise<Outcome> {
  try {
    return await run(request, begin)
  } catch (error) {
    const isTrap = error instanceof Error && error.name === 'RuntimeError'
    if (isTrap || error instanceof RangeError) return { kind: 'violation', violation: 'memory' }
    throw error
  }
}

parentPort?.on('message', (request: RunRequest) => void handle(request))

// Ctrl-C for work that must be wound up in order. A command without it ends as any program does.
import { Interrupted } from '../command-failure.ts'
import type { Terminal } from './terminal.ts'

/** Milliseconds after which silence looks like being stuck. */
const PATIENCE = 500

/**
 * Runs the work; the first signal aborts it, a second one ends the process at once. Throws Interrupted
 * when the work gave up because of the signal; work that ends well all the same has done what was asked.
 */
export async function interruptible<T>(
  terminal: Terminal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  let interrupted: Interrupted | undefined
  let reminder: NodeJS.Timeout | undefined
  const stop = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (interrupted !== undefined) process.exit(interrupted.exitCode)
    interrupted = new Interrupted(signal)
    reminder = setTimeout(() => terminal.note('stopping; Ctrl-C again quits at once'), PATIENCE)
    reminder.unref()
    controller.abort(interrupted)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    return await work(controller.signal)
  } catch (error) {
    throw interrupted ?? error
  } finally {
    clearTimeout(reminder)
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

/** Lets signals in between steps of work that never waits. Throws what the signal was aborted with. */
export async function pause(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  signal.throwIfAborted()
}

import { tracing } from '@proj/dbal-contract'
import type { ClientConfig } from '../config/client-config.ts'
import { openRuntime } from '../config/open-runtime.ts'
import { finishError } from '../operation/finish-error.ts'
import { startSweeper } from '../store/sweeper.ts'
import type { OpenedBackend } from './backend.ts'
import { LocalBackend } from './local-backend.ts'

/** The layers of this process over a database of its own. */
export async function openLocal(config: ClientConfig): Promise<OpenedBackend> {
  if (process.env['DBAL_TRACE'] === '1') await traceToStderr()
  const runtime = await openRuntime(config)
  const stopSweeping = startSweeper(runtime)
  return {
    backend: new LocalBackend(runtime),
    close: async () => {
      stopSweeping()
      runtime.feeds.close()
      // What it could not keep is said once all is closed.
      const unkept = await runtime.audit?.close().then(
        () => undefined,
        (error: unknown) => finishError(error, runtime.model),
      )
      await runtime.sandbox.close()
      await Promise.all([runtime.adapter.close(), runtime.limits?.close(), runtime.notices.close()])
      if (unkept !== undefined) throw unkept
    },
  }
}

/** For a developer who asks where the time of his calls goes. */
async function traceToStderr(): Promise<void> {
  const { printTimes, traceCalls } = await import('../trace/trace-calls.ts')
  tracing.trace ??= traceCalls((times) => process.stderr.write(`dbal: ${printTimes(times)}\n`))
}

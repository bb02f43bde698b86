import { once } from 'node:events'
import {
  findDatabase,
  loadProjectConfig,
  type DatabaseFlags,
  type GlobalFlags,
} from '@proj/dbal-daemon/project'
import { InvalidArgumentError } from 'commander'
import { demandDatabaseFile } from '../project/database-file.ts'
import { interruptible } from '../terminal/interruptible.ts'
import { withDatabase, type Register } from './context.ts'

interface Flags extends GlobalFlags, DatabaseFlags {
  readonly host?: string
  readonly port?: number
}

export const registerServe: Register = (program, terminal) => {
  withDatabase(program.command('serve'))
    .description('serve the contract to clients: WebSocket and HTTP on one port')
    .option(
      '--host <address>',
      'address to listen at (default: that of the config, else 127.0.0.1)',
    )
    .option('--port <number>', 'port (default: that of the config, else 50051; 0 is any)', readPort)
    .addHelpText(
      'after',
      `
The address is printed when it is ready; the log is lines of JSON on standard error. SIGTERM and Ctrl-C let what
is in flight end; a second one does not. An address that other machines reach needs server.tls in the config.

Examples:
  $ dbal serve                                   # as dbal.config.yaml says
  $ dbal serve --config deploy/dbal.config.yaml
  $ dbal serve --port 0 --url file:dev.db        # any free port, another database
  $ curl http://127.0.0.1:50051/readyz`,
    )
    .action(async (flags: Flags) => {
      const config = await loadProjectConfig(flags)
      demandDatabaseFile(await findDatabase(config, flags))
      const { startDaemon } = await import('@proj/dbal-daemon')
      await interruptible(terminal, async (signal) => {
        const daemon = await startDaemon(config, flags)
        const reload = (): void => void daemon.reload()
        process.on('SIGHUP', reload)
        try {
          terminal.print(`dbal serves at ${daemon.endpoint}`)
          if (daemon.isOpen)
            terminal.note(
              `${terminal.styleNote('yellow', 'warning')}: without auth in the config every caller is anonymous`,
            )
          if (!signal.aborted) await once(signal, 'abort')
        } finally {
          process.off('SIGHUP', reload)
          await daemon.close()
        }
      })
    })
}

const MAX_PORT = 65_535

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= MAX_PORT) return Number(text)
  throw new InvalidArgumentError(`a port is a number from 0 to ${MAX_PORT}.`)
}

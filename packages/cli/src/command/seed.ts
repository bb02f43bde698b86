import {
  findDatabase,
  type DatabaseFlags,
  loadProjectConfig,
  type GlobalFlags,
  openProjectClient,
} from '@proj/dbal-daemon/project'
import { demandDatabaseFile } from '../project/database-file.ts'
import { loadCheckedModel } from '../project/load-checked-model.ts'
import type { Seeded } from '../seed/seed-workspace.ts'
import { formatTable } from '../terminal/format-table.ts'
import { interruptible } from '../terminal/interruptible.ts'
import { withDatabase, type Register } from './context.ts'

type Flags = GlobalFlags & DatabaseFlags & { readonly json?: boolean }

export const registerSeed: Register = (program, terminal) => {
  withDatabase(program.command('seed'))
    .description('load seeds/ as the system principal, all of them or none')
    .option('--json', 'print what was done as JSON')
    .addHelpText(
      'after',
      `
Loading twice changes nothing. A record is known by its unique fields, else by all that it says; one
that is there already is brought to the seed, or left alone where the seed says skipIfExists.

Examples:
  $ dbal push && dbal seed
  $ dbal seed --url file:other.db --json`,
    )
    .action(async (flags: Flags) => {
      const { seedWorkspace } = await import('../seed/seed-workspace.ts')
      const config = await loadProjectConfig(flags)
      const target = await findDatabase(config, flags)
      const model = await loadCheckedModel(config.workspace, terminal)
      demandDatabaseFile(target)
      const client = await openProjectClient(config, target, model)
      const done = await interruptible(terminal, async (signal) => {
        try {
          return await seedWorkspace(client.system(), model, {
            signal,
            progress: (entity, n, of) => terminal.progress(`${entity} ${n}/${of}`),
          })
        } finally {
          await client.close()
        }
      })
      if (flags.json === true) terminal.print(JSON.stringify({ seeds: done }, null, 2))
      else terminal.print(done.length === 0 ? 'there are no seeds' : formatSeeded(done))
    })
}

function formatSeeded(done: readonly Seeded[]): string {
  return formatTable(
    ['entity', 'created', 'updated', 'unchanged'],
    done.map((each) => [each.entity, ...[each.created, each.updated, each.unchanged].map(String)]),
  )
}

import type { Step } from '@proj/dbal-migrate'
import { CommandFailed } from '../command-failure.ts'
import {
  findDatabase,
  type DatabaseFlags,
  loadProjectConfig,
  type GlobalFlags,
} from '@proj/dbal-daemon/project'
import { trackDatabaseFile } from '../project/database-file.ts'
import { loadCheckedModel } from '../project/load-checked-model.ts'
import { openProjectAdapter } from '../project/open-project-adapter.ts'
import { interruptible, pause } from '../terminal/interruptible.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { withDatabase, type Register } from './context.ts'

interface Flags extends GlobalFlags, DatabaseFlags {
  readonly acceptDataLoss?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

const RISKS = {
  safe: { mark: ' ', style: 'dim', remark: '' },
  may_fail: { mark: '?', style: 'yellow', remark: ' (may not fit the rows there are)' },
  loses_data: { mark: '!', style: 'red', remark: ' (loses data)' },
} as const

export const registerPush: Register = (program, terminal) => {
  withDatabase(program.command('push'))
    .description('bring a development database to the contract, showing the steps first')
    .option('--accept-data-loss', 'also take steps that throw stored values away')
    .option('--dry-run', 'show the steps and take none')
    .option('--json', 'print the steps as JSON')
    .addHelpText(
      'after',
      `
Steps that lose data are asked about; where nobody can answer they need --accept-data-loss.

Examples:
  $ dbal push
  $ dbal push --url duckdb:dev.duckdb --dry-run
  $ dbal push --accept-data-loss --json   # in CI`,
    )
    .action(async (flags: Flags) => {
      const config = await loadProjectConfig(flags)
      const target = await findDatabase(config, flags)
      const contract = await loadCheckedModel(config.workspace, terminal)
      const { withAudit, withMutations } = await import('@proj/dbal-contract')
      const model = withMutations(withAudit(contract))
      const { applyPush, losesData, planPush } = await import('@proj/dbal-migrate')
      const forget = trackDatabaseFile(target)
      const adapter = await openProjectAdapter(target, model)
      await interruptible(terminal, async (signal) => {
        let applied = false
        try {
          const plan = await planPush(adapter, model)
          const { steps } = plan
          if (flags.json !== true) printSteps(terminal, steps)
          const willApply =
            flags.dryRun !== true && (!losesData(steps) || (await mayLoseData(flags, terminal)))
          await pause(signal)
          if (willApply)
            await applyPush(adapter, plan, ({ description }) => terminal.progress(description))
          applied = willApply
          if (flags.json === true)
            terminal.print(JSON.stringify({ steps, applied: willApply }, null, 2))
          if (willApply && steps.length > 0) sayDone(terminal, steps.length)
          if (!willApply && flags.dryRun !== true) refuse(terminal)
        } finally {
          await adapter.close()
          if (!applied) await forget(flags.dryRun === true ? 'all' : 'empty')
        }
      })
    })
}

function printSteps(terminal: Terminal, steps: readonly Step[]): void {
  if (steps.length === 0) terminal.print('the database is at the contract: nothing to do')
  for (const { risk, description, hint } of steps) {
    const { mark, style, remark } = RISKS[risk]
    terminal.print(`${terminal.style(style, mark)} ${description}${remark}`)
    if (hint !== undefined) terminal.print(`    ${terminal.style('dim', hint)}`)
  }
}

/** A program that reads JSON is not asked. */
async function mayLoseData(flags: Flags, terminal: Terminal): Promise<boolean> {
  if (flags.acceptDataLoss === true) return true
  return flags.json !== true && terminal.confirm('Some of these steps lose data. Take them?')
}

function sayDone(terminal: Terminal, count: number): void {
  const steps = `${count} ${count === 1 ? 'step' : 'steps'}`
  terminal.note(terminal.styleNote('green', `the database is at the contract (${steps})`))
}

function refuse(terminal: Terminal): never {
  terminal.note('nothing was changed: some steps lose data; --accept-data-loss takes them')
  throw new CommandFailed()
}

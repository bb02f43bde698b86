import type { AuditFault, AuditReport } from '@proj/dbal'
import { CommandFailed, UsageError } from '../command-failure.ts'
import {
  auditKey,
  findDatabase,
  type DatabaseFlags,
  loadProjectConfig,
  type GlobalFlags,
} from '@proj/dbal-daemon/project'
import { loadCheckedModel } from '../project/load-checked-model.ts'
import { demandDatabaseFile } from '../project/database-file.ts'
import { openProjectAdapter } from '../project/open-project-adapter.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { withDatabase, type Register } from './context.ts'

interface Flags extends GlobalFlags, DatabaseFlags {
  readonly json?: boolean
  readonly expect?: string
  readonly sealedWithin?: string
}

const KEY = `
With security.auditKey the chain can be checked by who has the key only: give it in DBAL_AUDIT_KEY.`

export const registerAudit: Register = (program, terminal) => {
  const audit = program.command('audit').description('check and seal the audit log of a database')
  const verify = withDatabase(audit.command('verify'))
    .description('name entries of the audit log that were edited, dropped or swapped')
    .option('--expect <seq:hash>', 'a head noted before, which must still be there')
    .option('--sealed-within <seconds>', 'no entry may have waited longer to be sealed')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `
Exits 1 when anything is wrong. The head that is printed is to be noted down where the database's owner cannot
change it: with it the next run also sees that the end was cut off, or that all of it was written anew. Until an
entry is sealed nothing tells that it was changed; open clients seal each second.
${KEY}

Examples:
  $ dbal audit verify
  $ dbal audit verify --sealed-within 60
  $ dbal audit verify --expect 1042:9f2c… --json   # in a nightly job`,
    )
    .action(async (flags: Flags) => {
      if (flags.expect !== undefined && !/^[1-9]\d*:[0-9a-f]{64}$/.test(flags.expect))
        throw new UsageError('--expect takes SEQ:HASH as an earlier run printed it')
      const patience = readSeconds(flags.sealedWithin)
      const { verifyAudit } = await import('@proj/dbal')
      const options = { key: auditKey(), expect: flags.expect }
      const report = await onAdapter(flags, terminal, (adapter) => verifyAudit(adapter, options))
      if (flags.json === true) terminal.print(JSON.stringify(report, null, 2))
      else printReport(report, terminal)
      if (report.faults.length > 0 || waitsLonger(report, patience)) throw new CommandFailed()
    })
  const seal = withDatabase(audit.command('seal'))
    .description('chain the entries that no client has sealed yet')
    .addHelpText(
      'after',
      `
Open clients seal every second and when they are closed; this is for what a crash left.
${KEY}

Examples:
  $ dbal audit seal && dbal audit verify`,
    )
    .action(async (flags: Flags) => {
      const { sealAudit } = await import('@proj/dbal')
      const key = auditKey()
      const count = await onAdapter(flags, terminal, (adapter) => sealAudit(adapter, { key }))
      terminal.print(`${count} ${count === 1 ? 'entry' : 'entries'} sealed`)
    })
  for (const command of [verify, seal])
    command.exitOverride().showHelpAfterError(`(dbal audit ${command.name()} --help shows how)`)
}

function readSeconds(text: string | undefined): number {
  if (text === undefined) return Infinity
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new UsageError('--sealed-within takes a number of seconds')
}

function waitsLonger({ unsealedSince }: AuditReport, seconds: number): boolean {
  return unsealedSince !== undefined && Date.now() - unsealedSince.getTime() > seconds * 1000
}

async function onAdapter<T>(
  flags: Flags,
  terminal: Terminal,
  work: (adapter: Awaited<ReturnType<typeof openProjectAdapter>>) => Promise<T>,
): Promise<T> {
  const config = await loadProjectConfig(flags)
  const target = await findDatabase(config, flags)
  if (target.adapter === 'memory')
    throw new UsageError('an in-memory store keeps no audit log: name a database')
  demandDatabaseFile(target)
  const contract = await loadCheckedModel(config.workspace, terminal)
  const { withAudit } = await import('@proj/dbal-contract')
  const adapter = await openProjectAdapter(target, withAudit(contract))
  try {
    return await work(adapter)
  } finally {
    await adapter.close()
  }
}

function printReport(report: AuditReport, terminal: Terminal): void {
  const { sealed, unsealed, unsealedSince, faults, head } = report
  for (const fault of faults)
    terminal.print(`${terminal.style('red', fault.kind)}  ${describe(fault)}`)
  const style = faults.length === 0 ? 'green' : 'red'
  const count = faults.length === 0 ? 'no fault' : `${faults.length} faults`
  terminal.print(terminal.style(style, `${sealed} sealed, ${unsealed} not yet sealed, ${count}`))
  if (unsealedSince !== undefined)
    terminal.print(`the first of those waits since ${unsealedSince.toISOString()}`)
  if (head !== undefined) terminal.print(`head ${head}`)
  if (sealed > 0 && faults.filter(({ kind }) => kind === 'edited').length === sealed)
    terminal.note('no entry fits: is DBAL_AUDIT_KEY the key that they were sealed with?')
}

function describe({ kind, seq, other, entryId }: AuditFault): string {
  const entry = entryId === undefined ? '' : ` (${entryId})`
  switch (kind) {
    case 'edited':
      return `entry ${seq}${entry} was changed or put there`
    case 'swapped':
      return `entry ${seq}${entry} stands in the place of the one at ${other}`
    case 'dropped':
      return other === undefined ? `entry ${seq} is gone` : `entries ${seq} to ${other} are gone`
    case 'head':
      return `the noted entry ${seq} is not there, or is another one`
  }
}

import { resolve } from 'node:path'
import { CommandFailed, UsageError } from '../command-failure.ts'
import { loadProjectConfig, type GlobalFlags } from '@proj/dbal-daemon/project'
import { loadCheckedModel, shownFolder } from '../project/load-checked-model.ts'
import { interruptible, pause } from '../terminal/interruptible.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { PolicyCase } from '../policy/policy-case.ts'
import { withWorkspace, type Register } from './context.ts'

interface Flags extends GlobalFlags {
  readonly cases?: string
  readonly json?: boolean
}

interface CoverageFlags extends Flags {
  readonly min?: string
}

export const registerPolicy: Register = (program, terminal) => {
  const policy = program
    .command('policy')
    .description('test the access rules, measure the tests, compare two sets of rules')
  withCases(policy.command('test'))
    .description('play the cases: who may do what')
    .addHelpText(
      'after',
      `
Cases are YAML, in policy-cases/ of the workspace:

  - name: A stranger does not read a note
    as: { role: user, id: bob }
    given:
      User: [{ id: ann }, { id: bob }]
      Note: [{ id: n1, ownerId: ann, title: mine }]
    operation: { entity: Note, action: read, input: { id: n1 } }
    expected: deny

Each is played on an empty store in memory. deny: refused, not found, or no row touched. shown and hidden
name fields that the answer must have, or must not. Exits 1 when a case fails.

Examples:
  $ dbal policy test
  $ dbal policy test --cases specs/access --json`,
    )
    .action((flags: Flags) => testPolicy(flags, terminal))
  withCases(policy.command('coverage'))
    .description('which rules the cases see hold and fail, and whether they notice a changed rule')
    .option('--min <percent>', 'exit 1 when fewer changes of rules are noticed')
    .addHelpText(
      'after',
      `
Each rule is left out, loses its condition or its list of fields, or has its condition turned round; a change
that every case survives is one that nobody would notice.

Examples:
  $ dbal policy coverage
  $ dbal policy coverage --min 90`,
    )
    .action((flags: CoverageFlags) => coverPolicy(flags, terminal))
  registerDiff(policy, terminal)
  for (const command of policy.commands)
    command.showHelpAfterError(`(dbal policy ${command.name()} --help shows how)`)
}

interface DiffFlags {
  readonly json?: boolean
  readonly worlds: string
  readonly seed: string
}

function registerDiff(policy: Commanded, terminal: Terminal): void {
  policy
    .command('diff')
    .description('who gains and who loses access between two workspaces, by the smallest examples')
    .argument('<before>', 'workspace that is in use')
    .argument('<after>', 'workspace that would replace it')
    .option('--worlds <n>', 'small databases to try', '300')
    .option('--seed <n>', 'another seed tries others', '1')
    .option('--json', 'print the changes as JSON')
    .addHelpText(
      'after',
      `
Exits 1 when somebody gains access. Rules are tried on small databases whose values are those that the rules
compare with; that nothing is found is no proof. Operations with a handler are not looked at: dbal diff is.

Examples:
  $ git worktree add ../main main && dbal policy diff ../main/dbal dbal
  $ dbal policy diff old new --worlds 2000 --json`,
    )
    .action(async (before: string, after: string, flags: DiffFlags) => {
      const old = await loadCheckedModel(resolve(before), terminal)
      const model = await loadCheckedModel(resolve(after), terminal)
      const { diffAccess } = await import('../policy/diff-access.ts')
      const changes = await interruptible(terminal, (signal) =>
        diffAccess(old, model, {
          worlds: readCount(flags.worlds, '--worlds'),
          seed: readCount(flags.seed, '--seed'),
          progress: async (done, of) => {
            terminal.progress(`database ${done + 1} of ${of}`)
            if (done % 10 === 0) await pause(signal)
          },
        }),
      )
      if (flags.json === true) terminal.print(JSON.stringify({ changes }, null, 2))
      else {
        for (const { change, entity, action, field, caller, row, becoming } of changes) {
          const who = caller === null ? 'anybody' : JSON.stringify(caller)
          const what = field === undefined ? entity : `${entity}.${field}`
          const next = becoming === undefined ? '' : `\n       -> ${JSON.stringify(becoming)}`
          const label = terminal.style(change === 'gains' ? 'red' : 'yellow', change.padEnd(5))
          terminal.print(
            `${label}  ${action} ${what}\n       ${who}\n       ${JSON.stringify(row)}${next}`,
          )
        }
        if (changes.length === 0) terminal.print('no difference found')
      }
      if (changes.some(({ change }) => change === 'gains')) throw new CommandFailed()
    })
}

function readPercent(text: string): number {
  const percent = Number(text)
  if (text.trim() !== '' && percent >= 0 && percent <= 100) return percent
  throw new UsageError('--min takes a number from 0 to 100')
}

function readCount(text: string, flag: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new UsageError(`${flag} takes a whole number above 0`)
}

type Commanded = ReturnType<typeof withWorkspace>

function withCases(command: Commanded): Commanded {
  return withWorkspace(command)
    .option('--cases <dir>', 'folder of the cases (default: policy-cases of the workspace)')
    .option('--json', 'print the result as JSON')
}

async function load(flags: Flags, terminal: Terminal) {
  const { workspace } = await loadProjectConfig(flags)
  const model = await loadCheckedModel(workspace, terminal)
  const { readCases } = await import('../policy/read-cases.ts')
  const folder =
    flags.cases === undefined ? resolve(workspace, 'policy-cases') : resolve(flags.cases)
  return { model, folder, cases: await readCases(folder, terminal) }
}

async function testPolicy(flags: Flags, terminal: Terminal): Promise<void> {
  const { model, folder, cases } = await load(flags, terminal)
  const { playCase } = await import('../policy/play-case.ts')
  const failed: { readonly name: string; readonly at: string; readonly failure: string }[] = []
  await interruptible(terminal, async (signal) => {
    for (const [n, each] of cases.entries()) {
      terminal.progress(`case ${n + 1} of ${cases.length}`)
      if (n % 20 === 0) await pause(signal)
      const failure = await playCase(model, each)
      if (failure !== undefined)
        failed.push({ name: each.name, at: placeOf(each, folder), failure })
    }
  })
  const passed = cases.length - failed.length
  if (flags.json === true) terminal.print(JSON.stringify({ passed, failed }, null, 2))
  else {
    for (const { name, at, failure } of failed)
      terminal.print(`${terminal.style('red', 'failed')}  ${at}  ${name}\n        ${failure}`)
    const summary = `${passed} of ${cases.length} cases pass`
    terminal.print(terminal.style(failed.length === 0 ? 'green' : 'red', summary))
  }
  if (failed.length > 0) throw new CommandFailed()
}

async function coverPolicy(flags: CoverageFlags, terminal: Terminal): Promise<void> {
  const least = flags.min === undefined ? 0 : readPercent(flags.min)
  const { model, cases } = await load(flags, terminal)
  const { playCase } = await import('../policy/play-case.ts')
  for (const each of cases)
    if ((await playCase(model, each)) !== undefined) {
      terminal.note('a case fails: dbal policy test says which')
      throw new CommandFailed()
    }
  const { measureCoverage } = await import('../policy/rule-coverage.ts')
  const rules = await interruptible(terminal, (signal) =>
    measureCoverage(model, cases, async (done, of) => {
      terminal.progress(`rule ${done + 1} of ${of}`)
      await pause(signal)
    }),
  )
  const changes = rules.reduce((sum, rule) => sum + rule.changes, 0)
  const unnoticed = rules.reduce((sum, rule) => sum + rule.survivors.length, 0)
  const score = changes === 0 ? 100 : Math.floor((100 * (changes - unnoticed)) / changes)
  if (flags.json === true) terminal.print(JSON.stringify({ score, rules }, null, 2))
  else {
    for (const { id, source, held, failed, survivors } of rules) {
      const gaps = [
        ...(held ? [] : ['never seen to hold']),
        ...(failed ? [] : ['never seen to fail']),
        ...survivors.map((change) => `nobody notices it ${change}`),
      ]
      if (gaps.length > 0) terminal.print(`${source}  ${id}\n  ${gaps.join('\n  ')}`)
    }
    const seen = rules.filter((rule) => rule.held && rule.failed).length
    terminal.print(
      `${seen} of ${rules.length} rules seen both ways; ${changes - unnoticed} of ${changes} changes noticed (${score} %)`,
    )
  }
  if (score < least) throw new CommandFailed()
}

function placeOf({ source }: PolicyCase, folder: string): string {
  return `${shownFolder(resolve(folder, source.file))}:${source.line}`
}

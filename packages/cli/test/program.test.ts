// The command as a citizen of its shell: usage, exit codes, pipes, colour, and no stack for a mistake.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { dbal, folderWith } from './run-dbal.ts'

const BIN = fileURLToPath(new URL('../bin/dbal.js', import.meta.url))
const COMMANDS = ['init', 'check', 'codegen', 'push', 'seed', 'diff', 'call', 'serve', 'completion']
const NOTE = 'entity: Note\nfields:\n  id: { type: uuid, primary: true, generated: true }\n'

/** A command line of a shell; what it writes, and the exit code of each part of its pipe. */
function shell(line: string, cwd: string): Promise<string> {
  const child = spawn('bash', ['--norc', '-c', line, process.execPath, BIN], {
    cwd,
    env: { PATH: process.env['PATH'] },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => (text += more))
  return new Promise((resolve) => {
    child.on('close', () => resolve(text))
  })
}

test.concurrent('the version, at once', async () => {
  const { version } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as { readonly version: string }
  expect(await dbal(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

test.concurrent('every command explains itself, with examples', async () => {
  const helps = await Promise.all(COMMANDS.map((name) => dbal([name, '--help'])))
  for (const [i, { code, stdout, stderr }] of helps.entries()) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^Usage: dbal ${COMMANDS[i]} `))
    expect(stdout).toMatch(/\nExamples?:\n {2}\$ /)
  }
})

test.concurrent('wrong usage is exit 2, with what was probably meant', async () => {
  const [none, command, flag, extra] = await Promise.all([
    dbal([]),
    dbal(['chek']),
    dbal(['check', '--fromat', 'json']),
    dbal(['check', 'here']),
  ])
  expect([none.code, command.code, flag.code, extra.code]).toEqual([2, 2, 2, 2])
  expect(none.stderr).toContain('Usage: dbal')
  expect(command.stderr).toContain("unknown command 'chek'\n(Did you mean check?)")
  expect(flag.stderr).toContain("unknown option '--fromat'\n(Did you mean --format?)")
  expect(extra.stderr).toContain('too many arguments')
})

test.concurrent(
  'a reader that leaves early, or output that is closed, is no failure of its own',
  async () => {
    const broken = Array.from(
      { length: 300 },
      (_, i) => `${NOTE.replace('Note', `Note${i}`)}  n: { typ: string }\n`,
    )
    const cwd = folderWith({
      'dbal/entities/notes.yaml': NOTE,
      'bad/entities/notes.yaml': broken.join('---\n'),
    })
    const run = '"$0" "$1" check'
    const [head, gone, closed, whole] = await Promise.all([
      shell(`${run} --workspace bad | head -1; echo "\${PIPESTATUS[*]}"`, cwd),
      shell(`${run} --workspace bad | true; echo "\${PIPESTATUS[*]}"`, cwd),
      shell(`${run} >&-; echo $?; ${run} 2>&-`, cwd),
      shell(`${run} --workspace bad --format json | cat; echo "\${PIPESTATUS[*]}"`, cwd),
    ])
    expect(head).toBe('bad/entities/notes.yaml:4:3 error missing-key\n1 0\n')
    expect(gone).toBe('1 0\n')
    expect(closed).toBe('0\n1 entity, no problems\n')
    const end = whole.lastIndexOf('1 0\n')
    expect(JSON.parse(whole.slice(0, end))).toMatchObject({ errors: 600 })
  },
)

test.concurrent('colour where it is wanted', async () => {
  const cwd = folderWith({ 'dbal/entities/note.yaml': NOTE })
  const check = (env: NodeJS.ProcessEnv) => dbal(['check'], { cwd, env })
  const [piped, forced, refused, both] = await Promise.all([
    check({}),
    check({ FORCE_COLOR: '1' }),
    check({ FORCE_COLOR: '0' }),
    check({ FORCE_COLOR: '1', NO_COLOR: '1' }),
  ])
  const plain = '1 entity, no problems\n'
  expect([piped.stdout, refused.stdout, both.stdout]).toEqual([plain, plain, plain])
  expect(forced.stdout).toBe('\u001B[32m1 entity, no problems\u001B[0m\n')
})

test.concurrent('a mistake shows no stack, unless DBAL_DEBUG asks for it', async () => {
  const cwd = folderWith({ 'dbal/entities/note.yaml': NOTE, 'dbal.config.yaml': 'wrkspace: x\n' })
  const [quiet, loud] = await Promise.all([
    dbal(['check'], { cwd }),
    dbal(['check'], { cwd, env: { DBAL_DEBUG: '1' } }),
  ])
  expect(quiet.stderr).toMatch(/^error: dbal\.config\.yaml:1:1: .+\n$/)
  expect(loud.stderr).toContain('\n    at ')
  expect([quiet.code, loud.code]).toEqual([2, 2])
})

/** Has node find no package whose name the pattern matches, as where it is not installed. */
function without(pattern: string): NodeJS.ProcessEnv {
  const hooks = `export function resolve(name, context, next) {
    if (new RegExp(${JSON.stringify(pattern)}).test(name)) throw new Error('Cannot find package ' + name)
    return next(name, context)
  }`
  const hooksUrl = `data:text/javascript,${encodeURIComponent(hooks)}`
  const setUp = `import { register } from 'node:module'\nregister(${JSON.stringify(hooksUrl)})`
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(setUp)}` }
}

test.concurrent('what a command needs is loaded when it runs', async () => {
  // That door is the reader of the config, which loads nothing itself.
  const env = without('^(@proj(?!/dbal-daemon/project$)|yaml$|ajv|@prisma)')
  const [version, help] = await Promise.all([
    dbal(['--version'], { env }),
    dbal(['--help'], { env }),
  ])
  expect([version.code, help.code]).toEqual([0, 0])
})

test.concurrent('an adapter that is not installed is named', async () => {
  const cwd = folderWith({ 'dbal/entities/note.yaml': NOTE, 'x.duckdb': '' })
  const options = { cwd, env: without('^@proj/dbal-adapter-duckdb$') }
  const [push, call] = await Promise.all([
    dbal(['push', '--url', 'duckdb:x.duckdb'], options),
    dbal(['call', 'Note.count', '--url', 'duckdb:x.duckdb'], options),
  ])
  expect(push).toEqual({
    code: 2,
    stdout: '',
    stderr: 'error: install @proj/dbal-adapter-duckdb to use the duckdb adapter\n',
  })
  expect(call.code).toBe(1)
  expect(call.stdout).toContain('install @proj/dbal-adapter-duckdb')
})

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dbal, folderWith, write } from './run-dbal.ts'

async function script(shell: string): Promise<string> {
  const { code, stdout } = await dbal(['completion', shell])
  expect(code).toBe(0)
  return stdout
}

/** What bash offers where the cursor stands, after the last word. */
function complete(file: string, words: readonly string[]): string[] {
  const program = `source "$0"
COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _dbal; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', program, file, ...words], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  return stdout.trim().split('\n')
}

test.concurrent('bash completes commands, flags and their values', async () => {
  const file = join(folderWith(), 'dbal.bash')
  write(file, await script('bash'))
  expect(spawnSync('bash', ['-n', file]).status).toBe(0)
  expect(complete(file, ['dbal', 'c'])).toEqual([
    'check',
    'codegen',
    'call',
    'conformance',
    'completion',
  ])
  expect(complete(file, ['dbal', 'check', '--'])).toEqual([
    '--workspace',
    '--config',
    '--format',
    '--help',
  ])
  expect(complete(file, ['dbal', 'check', '--format', ''])).toEqual(['pretty', 'json', 'github'])
  expect(complete(file, ['dbal', 'push', '--adapter', 's'])).toEqual(['sqlite'])
  expect(complete(file, ['dbal', 'completion', 'z'])).toEqual(['zsh'])
  expect(complete(file, ['dbal', 'help', 'see'])).toEqual(['seed'])
})

const hasShell = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).error === undefined

// Where the shell is installed it reads the script; everywhere its quotes and brackets pair up.
test.concurrent.each(['zsh', 'fish'])('%s', async (shell) => {
  const text = await script(shell)
  const file = join(folderWith(), `dbal.${shell}`)
  write(file, text)
  if (hasShell(shell)) expect(spawnSync(shell, ['-n', file]).status).toBe(0)
  // Only fish escapes within quotes.
  const quoted = shell === 'fish' ? /'(?:[^'\\]|\\.)*'/g : /'[^']*'|\\./g
  const unquoted = text.replaceAll(quoted, '')
  for (const pair of ['()', '{}', '[]'])
    expect(unquoted.split(pair.charAt(0))).toHaveLength(unquoted.split(pair.charAt(1)).length)
  for (const word of ['check', 'codegen', 'accept-data-loss', 'postgresql'])
    expect(text).toContain(word)
})

test.concurrent('no other shell', async () => {
  const run = await dbal(['completion', 'tcsh'])
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(run.stderr).toContain('Allowed choices are bash, zsh, fish.')
})

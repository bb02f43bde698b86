import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TARGETS } from '@proj/dbal-codegen'
import { expect, test } from 'vitest'
import { dbal, folderWith } from './run-dbal.ts'

const NOTE = `entity: Note
fields:
  id: { type: uuid, primary: true, generated: true }
  title: { type: string, required: true }
`

function project(): string {
  return folderWith({ 'dbal/entities/note.yaml': NOTE })
}

test.concurrent('writes once, is content, and names what is not up to date', async () => {
  const cwd = project()
  const codegen = (...flags: string[]) =>
    dbal(['codegen', '--target', 'types,er', ...flags], { cwd })
  const first = await codegen()
  expect(first).toMatchObject({ code: 0, stdout: '' })
  expect(first.stderr).toContain('wrote src/generated/dbal/types.ts\n')
  const types = join(cwd, 'src/generated/dbal/types.ts')
  const written = statSync(types, { bigint: true }).mtimeNs
  const second = await codegen()
  expect(second.stderr).toBe('up to date: 2 files in src/generated/dbal\n')
  expect(statSync(types, { bigint: true }).mtimeNs).toBe(written)
  expect(await codegen('--check')).toMatchObject({ code: 0 })
  writeFileSync(types, readFileSync(types, 'utf8').replace('title', 'titel'))
  expect(await codegen('--check')).toEqual({
    code: 1,
    stdout: 'src/generated/dbal/types.ts is not up to date\n',
    stderr: 'run dbal codegen\n',
  })
})

test.concurrent('a file of somebody else is left alone', async () => {
  const cwd = folderWith({ 'dbal/entities/note.yaml': NOTE, 'out/types.ts': 'export {}\n' })
  const run = await dbal(['codegen', '--target', 'types', '--out', 'out'], { cwd })
  expect(run).toMatchObject({ code: 1, stdout: '' })
  expect(run.stderr).toMatch(/^error: not overwritten, because codegen did not write it: types\.ts/)
  expect(run.stderr).not.toContain('    at ')
  expect(readFileSync(join(cwd, 'out/types.ts'), 'utf8')).toBe('export {}\n')
})

test.concurrent('targets and providers', async () => {
  const cwd = project()
  const [help, target, provider, both, postgresql] = await Promise.all([
    dbal(['codegen', '--help'], { cwd }),
    dbal(['codegen', '--target', 'tpyes'], { cwd }),
    dbal(['codegen', '--provider', 'oracle'], { cwd }),
    dbal(['codegen', '--check', '--watch'], { cwd }),
    dbal(['codegen', '--target', 'prisma', '--provider', 'postgresql', '--out', 'g'], { cwd }),
  ])
  expect(help.stdout).toContain(`Targets: ${TARGETS.join(', ')}.`)
  expect(target.code).toBe(2)
  expect(target.stderr).toContain('there is no target `tpyes`; there are types, client')
  expect(provider.code).toBe(2)
  expect(provider.stderr).toContain('Allowed choices are sqlite, postgresql, mysql, cockroachdb.')
  expect(both.code).toBe(2)
  expect(both.stderr).toContain("option '--check' cannot be used with option '--watch'")
  expect(postgresql.code).toBe(0)
  expect(readFileSync(join(cwd, 'g/schema.prisma'), 'utf8')).toContain('"postgresql"')
})

test.concurrent('a broken contract writes nothing', async () => {
  const cwd = folderWith({ 'dbal/entities/note.yaml': NOTE.replace('type: string', 'typ: string') })
  const run = await dbal(['codegen'], { cwd })
  expect(run).toMatchObject({ code: 1, stdout: '' })
  expect(run.stderr).toContain('dbal/entities/note.yaml:4:12 error unknown-key')
  expect(existsSync(join(cwd, 'src'))).toBe(false)
})

test.concurrent(
  '--watch follows changes, goes on after a mistake, and ends with Ctrl-C',
  async () => {
    const cwd = project()
    const note = join(cwd, 'dbal/entities/note.yaml')
    const steps: [seen: RegExp, next: (kill: (signal: 'SIGINT') => void) => void][] = [
      [
        /watching dbal; Ctrl-C ends it/,
        () => writeFileSync(note, `${NOTE}  stars: { typ: int }\n`),
      ],
      [/yaml:5:12 error unknown-key/, () => writeFileSync(note, `${NOTE}  stars: { type: int }\n`)],
      [/1 of 1 files written/, (kill) => kill('SIGINT')],
    ]
    let text = ''
    const run = await dbal(['codegen', '--watch', '--target', 'types'], {
      cwd,
      onOutput: (more, kill) => {
        text += more
        const [step] = steps
        if (step === undefined || !step[0].test(text)) return
        text = ''
        steps.shift()
        step[1](kill)
      },
    })
    expect(run).toMatchObject({ code: 130, stdout: '' })
    expect(run.stderr).not.toContain('    at ')
    expect(readFileSync(join(cwd, 'src/generated/dbal/types.ts'), 'utf8')).toContain('stars')
  },
)

import { expect, test } from 'vitest'
import { dbal, folderWith, REFERENCE } from './run-dbal.ts'

const HEALTHY = 'entity: Note\nfields:\n  id: { type: uuid, primary: true, generated: true }\n'
const BROKEN = `${HEALTHY}  title: { typ: string }\n`
const DOUBTFUL = `${HEALTHY}  title: { type: string, nullable: false }\n`

test.concurrent('a healthy contract is said in one line', async () => {
  expect(await dbal(['check', '--workspace', REFERENCE])).toEqual({
    code: 0,
    stdout: '15 entities, no problems\n',
    stderr: '',
  })
})

test.concurrent('problems stand at their place, with a hint, and are counted once', async () => {
  const cwd = folderWith({ 'dbal/entities/note.yaml': BROKEN })
  const { code, stdout, stderr } = await dbal(['check'], { cwd })
  expect(code).toBe(1)
  expect(stdout).toContain('dbal/entities/note.yaml:4:12 error unknown-key\n')
  expect(stdout).toContain('hint: did you mean `type`?')
  expect(stdout.match(/2 errors/g)).toHaveLength(1)
  expect(stdout.endsWith('\n\n2 errors\n')).toBe(true)
  expect(stderr).toBe('')
})

test.concurrent('warnings alone are no failure', async () => {
  const cwd = folderWith({ 'specs/entities/note.yaml': DOUBTFUL })
  const { code, stdout } = await dbal(['check', '--workspace', 'specs'], { cwd })
  expect(code).toBe(0)
  expect(stdout).toContain('specs/entities/note.yaml:4:')
  expect(stdout.endsWith('\n\n1 entity, 1 warning\n')).toBe(true)
})

test.concurrent('programs get JSON, and nothing else', async () => {
  const cwd = folderWith({ 'dbal/entities/note.yaml': BROKEN })
  const [broken, missing] = await Promise.all([
    dbal(['check', '--format', 'json'], { cwd }),
    dbal(['check', '--format', 'json', '--workspace', 'nowhere'], { cwd }),
  ])
  expect(broken.code).toBe(1)
  const found = JSON.parse(broken.stdout) as { readonly diagnostics: object[] }
  expect(found).toMatchObject({ errors: 2, warnings: 0 })
  expect(found.diagnostics).toContainEqual({
    severity: 'error',
    code: 'unknown-key',
    message: '`typ` is no key of a field',
    file: 'dbal/entities/note.yaml',
    line: 4,
    column: 12,
    endLine: 4,
    endColumn: 15,
    hint: 'did you mean `type`?',
  })
  expect(missing.code).toBe(1)
  expect(JSON.parse(missing.stdout)).toMatchObject({
    errors: 1,
    diagnostics: [{ file: 'nowhere' }],
  })
})

test.concurrent('GitHub gets annotations that name files from where the command runs', async () => {
  const cwd = folderWith({ 'dbal/entities/note.yaml': BROKEN })
  const { stdout } = await dbal(['check', '--format', 'github'], { cwd })
  expect(stdout).toContain(
    '::error file=dbal/entities/note.yaml,line=4,col=12,endLine=4,endColumn=15,title=unknown-key::',
  )
})

test.concurrent('no workspace, and one without entities', async () => {
  const cwd = folderWith({ 'empty/roles.yaml': 'roles: [public, user]\n' })
  const [missing, empty] = await Promise.all([
    dbal(['check'], { cwd }),
    dbal(['check', '--workspace', 'empty'], { cwd }),
  ])
  expect(missing).toMatchObject({ code: 1, stderr: '' })
  expect(missing.stdout).toContain('dbal:1:1 error no-workspace')
  expect(missing.stdout).toContain('`dbal init` makes one')
  expect(empty.code).toBe(1)
  expect(empty.stdout).toContain('the workspace has no entities')
})

test.concurrent('what an adapter has not earned is not claimed for it (CAP-4)', async () => {
  const claims = [
    'adapters:',
    '  sqlite: { features: [transactions, read_replicas] }',
    '  duckdb:',
    '    features: [transactions, nested_transactions]',
    '  prisma: { features: [statement_cancel] }',
    '  ours: { features: [full_text_search] }',
  ]
  const cwd = folderWith({
    'dbal/entities/note.yaml': HEALTHY,
    'dbal/capabilities.yaml': `${claims.join('\n')}\n`,
  })
  const { code, stdout } = await dbal(['check', '--format', 'json'], { cwd })
  expect(code).toBe(1)
  const found = stdout.matchAll(/"line": ?(\d+)|adapter `(\w+)` does not have `(\w+)`/g)
  expect([...found].map((match) => match.slice(1).filter(Boolean).join(' '))).toEqual(
    expect.arrayContaining([
      '2',
      'sqlite read_replicas',
      '4',
      'duckdb nested_transactions',
      '5',
      'prisma statement_cancel',
    ]),
  )
  expect(stdout).not.toContain('full_text_search')
})

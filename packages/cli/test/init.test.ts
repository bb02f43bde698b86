import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dbal, folderWith } from './run-dbal.ts'

const FILES = [
  'dbal/entities/user.yaml',
  'dbal/operations/user.ops.yaml',
  'dbal.config.yaml',
  'package.json',
  '.gitignore',
]

test.concurrent('a new project is healthy from its first minute', async () => {
  const cwd = folderWith()
  const made = await dbal(['init', 'my shop'], { cwd })
  expect(made.code).toBe(0)
  expect(made.stdout).toBe(FILES.map((path) => `wrote ${path}\n`).join(''))
  expect(made.stderr).toContain("cd 'my shop'\n  npm install\n  npx dbal check")
  const folder = join(cwd, 'my shop')
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object
  expect(manifest).toMatchObject({ name: 'my-shop', scripts: { push: 'dbal push' } })
  expect(await dbal(['check'], { cwd: folder })).toMatchObject({
    code: 0,
    stdout: '1 entity, no problems\n',
  })
  const [push, codegen] = await Promise.all([
    dbal(['push'], { cwd: folder }),
    dbal(['codegen'], { cwd: folder }),
  ])
  expect([push.code, codegen.code]).toEqual([0, 0])
  const answer = await dbal(['call', 'User.count', '--as', 'system'], { cwd: folder })
  expect(answer).toEqual({ code: 0, stdout: '0\n', stderr: '' })
})

test.concurrent('editors are pointed at schemas that the schema package ships', async () => {
  const cwd = folderWith()
  await dbal(['init'], { cwd })
  const require = createRequire(import.meta.url)
  const line = /^# yaml-language-server: \$schema=(\.\.?\/.*node_modules\/)(.+)\n/
  for (const path of FILES.filter((file) => file.endsWith('.yaml'))) {
    const [, start = '', name = ''] = line.exec(readFileSync(join(cwd, path), 'utf8')) ?? []
    expect(join(cwd, path, '..', start)).toBe(join(cwd, 'node_modules/'))
    expect(existsSync(require.resolve(name))).toBe(true)
  }
})

test.concurrent('what is there is kept, or refused, and never overwritten', async () => {
  const cwd = folderWith({ 'package.json': '{"name":"mine"}', 'src/index.ts': '' })
  const made = await dbal(['init'], { cwd })
  expect(made.code).toBe(0)
  expect(made.stdout).toContain('kept  package.json, which is there already')
  expect(made.stderr).toContain('npm install @proj/dbal @proj/dbal-adapter-sqlite\n')
  expect(readFileSync(join(cwd, 'package.json'), 'utf8')).toBe('{"name":"mine"}')
  const again = await dbal(['init'], { cwd })
  expect(again).toMatchObject({ code: 2, stdout: '' })
  expect(again.stderr).toContain('dbal.config.yaml exist already; init overwrites nothing')
})

test.concurrent('entities of another name are a workspace too', async () => {
  const cwd = folderWith({ 'dbal/entities/page.yaml': 'entity: Page\n' })
  expect(await dbal(['init'], { cwd })).toMatchObject({ code: 2, stdout: '' })
  expect(readdirSync(cwd)).toEqual(['dbal'])
})

test.concurrent('where it cannot write it leaves nothing behind', async () => {
  const cwd = folderWith({ file: 'in the way', 'half/dbal/operations': 'in the way' })
  const [blocked, half] = await Promise.all([
    dbal(['init', 'file/shop'], { cwd }),
    dbal(['init', 'half'], { cwd }),
  ])
  expect(blocked).toMatchObject({ code: 2, stdout: '' })
  expect(blocked.stderr).toContain('a file is in the way; nothing was written')
  expect(half).toMatchObject({ code: 2, stdout: '' })
  expect(half.stderr).not.toContain('    at ')
  expect(readdirSync(join(cwd, 'half', 'dbal'))).toEqual(['operations'])
})

test.concurrent('a schema that Prisma refuses, has nothing in it, or is not there', async () => {
  const cwd = folderWith({
    'bad.prisma': 'model A {\n  id Strin @id\n}\n',
    'empty.prisma': 'datasource db {\n  provider = "sqlite"\n}\n',
    'mongo.prisma': 'datasource db {\n  provider = "mongodb"\n}\n',
  })
  const from = (file: string) => dbal(['init', 'out', '--from-prisma', file], { cwd })
  const [bad, empty, mongo, none] = await Promise.all(
    ['bad.prisma', 'empty.prisma', 'mongo.prisma', 'none.prisma'].map(from),
  )
  expect(bad?.code).toBe(2)
  expect(bad?.stderr).toContain('bad.prisma is not a valid Prisma schema:')
  expect(bad?.stderr).toContain('-->  bad.prisma:2')
  expect(empty).toMatchObject({
    code: 2,
    stderr:
      'error: empty.prisma has no models; of a schema in several files, give the folder that holds them all\n',
  })
  expect(mongo?.stderr).toContain('mongodb, which DBAL does not work with')
  expect(none?.stderr).toBe('error: none.prisma cannot be read (ENOENT)\n')
  expect(existsSync(join(cwd, 'out'))).toBe(false)
})

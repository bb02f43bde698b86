// A config as the commands meet it; what it may say is tested where it is read.
import { expect, test } from 'vitest'
import { dbal, folderWith } from './run-dbal.ts'

test('a command that needs no database asks for none of its secrets', async () => {
  const cwd = folderWith({
    'dbal.config.yaml': 'database: { url_env: NOT_THERE }\n',
    'dbal/entities/a.yaml':
      'entity: Note\nfields:\n  id: { type: uuid, primary: true, generated: true }\n',
  })
  const [check, push] = await Promise.all([dbal(['check'], { cwd }), dbal(['push'], { cwd })])
  expect(check.code).toBe(0)
  expect(push).toMatchObject({ code: 2, stdout: '' })
  expect(push.stderr).toBe('error: the environment has no NOT_THERE, which the config asks for\n')
})

// A canary in every place of a secret: it is in no line of the log, no metric, no answer and no error.
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { ask, call, projectFolder, serve, serveFolder } from './serve.ts'

const CANARY = 'canary7f3a'

test('tokens, values and names that callers make up are not logged', async () => {
  const daemon = await serve({
    config: 'auth: { anonymous: true, session: true }\nserver: { log_level: debug }',
  })
  const answers = [
    await call(daemon, 'Note.list', CANARY),
    await call(daemon, 'Note.create', undefined, { text: CANARY }),
    await call(daemon, `Note.${CANARY}`),
    await call(daemon, 'Note.list', undefined, { filter: { [CANARY]: 1 } }),
    await ask(daemon, `/rpc?token=${CANARY}`),
    await ask(daemon, `/${CANARY}`, { headers: { cookie: CANARY, authorization: CANARY } }),
  ]
  expect(answers.filter(({ status }) => status === 200)).toEqual([])
  await daemon.close()
  expect(daemon.log()).toContain('"login refused"')
  expect(daemon.log()).toContain('"code":"UNAUTHORIZED"')
  expect(daemon.log()).not.toContain(CANARY)
})

test('a database that does not answer is told without its password (R46)', async () => {
  process.env['DBAL_TEST_URL'] = `postgresql://ada:${CANARY}@127.0.0.1:1/shop`
  try {
    const cwd = projectFolder({ config: 'database: { url_env: DBAL_TEST_URL }' })
    const error: unknown = await serveFolder(cwd, { adapter: undefined }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ name: 'DBALError', code: 'DATABASE_ERROR' })
    expect(JSON.stringify(error)).not.toContain(CANARY)
    expect(inspect(error, { depth: 9 })).not.toContain(CANARY)
  } finally {
    delete process.env['DBAL_TEST_URL']
  }
})

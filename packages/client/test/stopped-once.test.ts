// A call that is stopped twice has been answered the first time: nobody is told of it again.
import { compileWorkspace } from '@proj/dbal-schema'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AuditMemory, DBALClient } from '../src/index.ts'

const TEXT = `
entity: Task
fields: { id: { type: integer, primary: true } }
acl: { create: { public: true }, read: { public: true } }
operations:
  wait: { output: boolean, acl_required: [read], security: { audit: true } }
`

const { model, diagnostics } = compileWorkspace([{ path: 'entities/task.yaml', text: TEXT }])
if (model === undefined) throw new Error(diagnostics[0]?.message)

const faked = ['setTimeout', 'clearTimeout'] as const
beforeEach(() => vi.useFakeTimers({ toFake: [...faked] }))
afterEach(() => vi.useRealTimers())

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function begin(timeoutMs: number) {
  const told: string[] = []
  const audit = new AuditMemory()
  let finish: (answer: boolean) => void = () => {}
  const client = new DBALClient({
    schema: model,
    adapter: 'memory',
    auth: { user: { id: 'ada' } },
    operations: {
      'Task.wait': () =>
        new Promise((resolve) => {
          finish = resolve
        }),
    },
    security: { enableAuditLog: true, auditSink: audit },
    onError: ({ error }) => void told.push(String(error?.code)),
  })
  await client.tasks.count()
  const controller = new AbortController()
  const call = client.tasks.wait({}, { timeoutMs, signal: controller.signal }) as Promise<unknown>
  const ended = call.catch((error: unknown) => (error as { code: string }).code)
  await turn()
  return { client, told, audit, controller, ended, finish: () => finish(true) }
}

test('a call that has had its time and is given up then', async () => {
  const { client, told, audit, controller, ended, finish } = await begin(50)
  vi.advanceTimersByTime(60)
  expect(await ended).toBe('TIMEOUT')
  controller.abort()
  finish()
  await turn()
  expect(told).toEqual(['TIMEOUT'])
  expect(audit.entries.filter(({ success }) => !success)).toHaveLength(1)
  await client.close()
})

test('a call that is given up and would have had its time then', async () => {
  const { client, told, audit, controller, ended, finish } = await begin(50)
  controller.abort()
  expect(await ended).toBe('CANCELLED')
  expect(vi.getTimerCount()).toBe(0)
  finish()
  await turn()
  expect(told).toEqual(['CANCELLED'])
  expect(audit.entries.filter(({ success }) => !success)).toHaveLength(1)
  await client.close()
})

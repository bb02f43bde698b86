// A call that is stopped twice has been answered the first time: nobody is told of it again.
import { openMemory } from '@proj/dbal-adapter-memory'
import { isDBALError, type Adapter } from '@proj/dbal-contract'
import { compileWorkspace } from '@proj/dbal-schema'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AuditMemory, DBALClient } from '../src/index.ts'

const TEXT = `
entity: Task
fields: { id: { type: integer, primary: true } }
acl: { create: { public: true }, read: { public: true }, delete: { public: true } }
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

/** A database that answers nothing outside of transactions. */
function silent(adapter: Adapter): Adapter {
  return new Proxy(adapter, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (name === 'run') return () => new Promise(() => {})
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

test('of a change that is given up nobody knows what became of it (ERR-11)', async () => {
  const client = new DBALClient({
    schema: model,
    adapter: silent(openMemory({ model })),
    operations: { 'Task.wait': () => true },
  })
  const tasks = client.system().tasks
  const controller = new AbortController()
  const { signal } = controller
  const outcome = (error: unknown): unknown =>
    isDBALError(error) ? [error.code, error.outcome] : error
  const ended = [
    tasks.create({ id: 1 }, { signal }),
    tasks.delete(1, { signal }),
    tasks.count({}, { signal }),
    client
      .system()
      .transaction((tx) => tx.tasks.create({ id: 2 }).then(() => new Promise(() => {})), {
        signal,
      }),
  ].map((call: Promise<unknown>) => call.catch(outcome))
  await turn()
  controller.abort()
  expect(await Promise.all(ended)).toEqual([
    ['CANCELLED', 'unknown'],
    ['CANCELLED', 'unknown'],
    ['CANCELLED', undefined],
    ['CANCELLED', undefined],
  ])
  const refused = tasks.create({ id: 3 }, { signal }).catch(outcome)
  expect(await refused).toEqual(['CANCELLED', undefined])
})

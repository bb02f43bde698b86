// What access control costs: the same calls by a user under the owner's rules and by the system principal, which none
// binds, on one SQLite database in memory.
import { DBALClient } from '@proj/dbal'
import { compileWorkspace, type Model } from '@proj/dbal-schema'
import type { Entrant, ProcessWork } from '../work/work.ts'

const CALLS = 100
const QUICK_CALLS = 5
const STORED = 1000
const OWNER = 'ann'

/** The check of an update names `state`, and not `title`. */
const CONTRACT = `
entity: Person
principal: true
fields:
  id: { type: string, primary: true }
  role: { type: enum, values: [user, admin], default: user }
acl: { read: { public: true } }
---
entity: Task
owner: ownerId
fields:
  id: { type: string, primary: true }
  ownerId: { type: string, required: true, references: Person.id }
  title: { type: string, required: true, max_length: 120 }
  state: { type: enum, values: [open, done, void], default: open }
  score: { type: integer, default: 0 }
indexes: [{ fields: [ownerId, score] }]
acl:
  create: { self: true }
  read: { self: true }
  update: [{ user: true, row_level_filter: ownerId = $user.id, check: "ownerId = $user.id AND state != 'void'" }]
  delete: { self: true }
`

type Input = Readonly<Record<string, unknown>>

interface Tasks {
  read(id: string): Promise<unknown>
  list(options: Input): Promise<unknown>
  create(data: Input): Promise<unknown>
  update(id: string, data: Input): Promise<unknown>
  delete(id: string): Promise<unknown>
}

type Call = (tasks: Tasks, n: number) => Promise<unknown>

interface Measured {
  readonly name: string
  readonly says: string
  readonly call: Call
  /** What is undone after a sample, or done before it; never timed. */
  readonly before?: Call
  readonly after?: Call
}

const stored = (n: number): string => `t${n % STORED}`
const made = (n: number): Input => ({ id: `n${n}`, ownerId: OWNER, title: `Task ${n}`, score: n })

const create: Call = (tasks, n) => tasks.create(made(n))
const remove: Call = (tasks, n) => tasks.delete(`n${n}`)

const MEASURED: readonly Measured[] = [
  { name: 'point-read', says: 'one row by its key', call: (tasks, n) => tasks.read(stored(n)) },
  {
    name: 'list',
    says: 'the first 20 rows by score',
    call: (tasks) => tasks.list({ filter: { ownerId: OWNER }, sort: { score: 'asc' }, limit: 20 }),
  },
  { name: 'create', says: 'one row stored', call: create, after: remove },
  {
    name: 'update',
    says: 'a field that no rule looks at',
    call: (tasks, n) => tasks.update(stored(n), { title: `Changed ${n}` }),
  },
  {
    name: 'update-checked',
    says: 'a field that its check names',
    call: (tasks, n) => tasks.update(stored(n), { state: n % 2 === 0 ? 'open' : 'done' }),
  },
  { name: 'delete', says: 'one row deleted', call: remove, before: create },
]

export const ACCESS_WORKS: readonly ProcessWork[] = MEASURED.map((measured) => ({
  name: `access-${measured.name}`,
  says: `${CALLS} calls: ${measured.says}`,
  unit: 'ms',
  rounds: 100,
  open: (quick) => openAccess(measured, quick ? QUICK_CALLS : CALLS),
}))

async function openAccess(
  { call, before, after }: Measured,
  calls: number,
): Promise<readonly Entrant[]> {
  const client = new DBALClient({
    schema: compile(),
    adapter: 'sqlite',
    database: { url: ':memory:' },
  })
  const system = client.system()
  await system.call({ entity: 'Person', action: 'create', input: { id: OWNER } })
  const items = Array.from({ length: STORED }, (_, n) => ({ ...made(n), id: stored(n) }))
  await system.call({ entity: 'Task', action: 'create_many', input: { items } })
  const user = client.as({ user: { id: OWNER, role: 'user' } })
  const all = async (tasks: Tasks, one: Call | undefined): Promise<void> => {
    if (one !== undefined) for (let n = 0; n < calls; n += 1) await one(tasks, n)
  }
  const entrant = (name: string, scope: unknown): Entrant => {
    const { tasks } = scope as { readonly tasks: Tasks }
    return {
      name,
      sample: async () => {
        await all(tasks, before)
        const began = performance.now()
        await all(tasks, call)
        const took = performance.now() - began
        await all(tasks, after)
        return took
      },
    }
  }
  return [entrant('system', system), entrant('user', user)]
}

function compile(): Model {
  const { model, diagnostics } = compileWorkspace([{ path: 'entities/task.yaml', text: CONTRACT }])
  if (model === undefined) throw new Error(diagnostics[0]?.message)
  return model
}

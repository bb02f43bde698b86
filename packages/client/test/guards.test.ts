import { compileWorkspace } from '@proj/dbal-schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DBALClient, type ScopedClient } from '../src/index.ts'

const { model } = compileWorkspace([
  {
    path: 'entities/ticket.yaml',
    text: `
entity: Ticket
fields:
  id: { type: integer, primary: true, required: true }
  status: { type: enum, values: [open, closed], default: open }
acl:
  create: { user: true }
  read: { user: true }
  update: { user: true }
  delete: { user: true }
operations:
  list: { row_level_check: "status = 'open'" }
  update: { row_level_check: "status = 'open'" }
  delete: { row_level_check: "status = 'open'" }
  create: { system_only: true }
`,
  },
])

describe('guards of an operation bind those that do the same by another name', () => {
  let client: DBALClient
  let user: ScopedClient
  beforeEach(async () => {
    client = new DBALClient({ schema: model, adapter: 'memory' })
    user = client.as({ user: { id: 'u', role: 'user' } })
    await client.system().tickets.createMany([{ id: 1 }, { id: 2, status: 'closed' }])
  })
  afterEach(() => client.close())

  it('row_level_check of list holds for count, aggregate and search', async () => {
    expect((await user.tickets.list()).data).toHaveLength(1)
    expect(await user.tickets.count()).toBe(1)
    expect(await user.tickets.aggregate({ max: ['id'] })).toEqual({ max: { id: 1 } })
  })

  it('row_level_check of a write holds for its bulk form', async () => {
    expect(await user.tickets.updateMany({ id: 2 }, { status: 'open' })).toBe(0)
    expect(await user.tickets.deleteMany({}, { all: true })).toBe(1)
    expect(await client.system().tickets.count()).toBe(1)
  })

  it('system_only of create holds for createMany and upsert', async () => {
    const refused = { code: 'FORBIDDEN' }
    await expect(user.tickets.createMany([{ id: 3 }])).rejects.toMatchObject(refused)
    const ask = { where: { id: 3 }, create: { id: 3 }, update: {} }
    await expect(user.tickets.upsert(ask)).rejects.toMatchObject(refused)
  })
})

// A deletion of a row alone, given up while another transaction holds the row. Its COMMIT may be on the way.
import type { Adapter, DeleteQuery, SelectQuery } from '@proj/dbal-contract'
import { compileWorkspace } from '@proj/dbal-schema'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { insert, TRUE } from './queries.ts'
import { createTestServer, onServer, type TestServer } from './server.ts'

const CONTRACT = `
entity: Root
fields: { id: { type: string, primary: true, max_length: 40 } }
---
entity: Child
fields:
  id: { type: string, primary: true, max_length: 40 }
  rootId: { type: string, required: true, max_length: 40, foreign_key: { entity: Root, field: id, name: root, inverse: children, on_delete: cascade } }
`

const { model } = compileWorkspace([{ path: 'entities/root.yaml', text: CONTRACT }])
if (model === undefined) throw new Error('the model does not compile')

const row: SelectQuery = { kind: 'select', entity: 'Root', fields: ['id'], where: TRUE, sort: [] }
const alone: DeleteQuery = {
  kind: 'delete',
  entity: 'Root',
  where: {
    kind: 'and',
    terms: [
      {
        kind: 'compare',
        op: '=',
        left: { kind: 'field', path: [], field: 'id', type: 'string' },
        right: { kind: 'literal', value: 'root' },
      },
      { kind: 'not', term: { kind: 'exists', relation: 'children', where: TRUE } },
    ],
  },
  alone: true,
}

onServer('PostgreSQL', 'DBAL_TEST_POSTGRES_URL', (url) => {
  describe('a deletion of a row alone, given up while the row is held', () => {
    let server: TestServer
    let holder: Adapter
    beforeAll(async () => {
      server = await createTestServer(url, 'postgresql')
      holder = await server.open({ model })
      await holder.schema?.apply(createSchema(model, dialectFor('postgresql')))
    })
    afterAll(async () => {
      await holder.close()
      await server.close()
    })
    beforeEach(async () => {
      await holder.run({ kind: 'delete', entity: 'Root', where: TRUE }, [])
      await insert(holder, 'Root', [{ id: 'root' }])
    })

    /** What becomes of `work` while the row is held; whoever waited for the row has had it when this resolves. */
    async function whileHeld(work: () => Promise<unknown>): Promise<unknown> {
      const told = await holder.transaction(async (tx) => {
        await tx.run({ ...row, forUpdate: true }, [])
        return work().catch((error: unknown) => error)
      })
      await holder.transaction((tx) => tx.run({ ...row, forUpdate: true }, []))
      return told
    }

    const database = (): string => new URL(server.url).pathname.slice(1)
    async function untilItWaits(): Promise<void> {
      const waiting = `SELECT pid FROM pg_stat_activity WHERE datname = '${database()}' AND wait_event_type = 'Lock'`
      while ((await server.admin(waiting)).length === 0);
    }

    it('is not done later where it could not be stopped in the server', async () => {
      const adapter = await server.open({ model, transactionPooler: true })
      const controller = new AbortController()
      const { signal } = controller
      const told = await whileHeld(async () => {
        const deletion = adapter.run(alone, [], { signal })
        deletion.catch(() => {})
        await untilItWaits()
        controller.abort(new Error('given up'))
        return deletion
      })
      expect(told).toBeInstanceOf(Error)
      expect((await holder.run(row, [])).count).toBe(1)
      await adapter.close()
    })

    it('may have been done where the driver gave it up', async () => {
      const giving = new URL(server.url)
      giving.searchParams.set('query_timeout', '200')
      const adapter = await server.open({ model, url: giving.href })
      expect(await whileHeld(() => adapter.run(alone, []))).toMatchObject({
        code: 'DATABASE_ERROR',
        outcome: 'unknown',
      })
      await adapter.close()
    })

    it('is done where the row is let go', async () => {
      const adapter = await server.open({ model })
      let deletion: Promise<{ readonly count: number }> | undefined
      await holder.transaction(async (tx) => {
        await tx.run({ ...row, forUpdate: true }, [])
        deletion = adapter.run(alone, [])
      })
      expect((await deletion)?.count).toBe(1)
      await adapter.close()
    })
  })
})

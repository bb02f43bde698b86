// What a deletion of a row alone rests on (`keysKeepToState`): a transaction over one state of the database that deletes
// a row fails where the server would take along a row which came later, whatever the foreign key does to it.
import type { Adapter, QueryPredicate, SelectQuery } from '@proj/dbal-contract'
import { compileWorkspace } from '@proj/dbal-schema'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { insert, remove, TRUE, valuesOf } from './queries.ts'
import { createTestServer, onServer, type TestServer } from './server.ts'

const referring = (name: string, action: string, more = ''): string => `
---
entity: ${name}
fields:
  id: { type: string, primary: true, max_length: 40 }
  rootId: { type: string, optional: true, nullable: true, max_length: 40${more}, foreign_key: { entity: Root, field: id, on_delete: ${action} } }
`

const CONTRACT = `
entity: Root
fields: { id: { type: string, primary: true, max_length: 40 } }
${referring('Cascading', 'cascade')}
${referring('Nulling', 'set_null')}
${referring('Defaulting', 'set_default', ', default: other')}
${referring('Restricting', 'restrict')}
---
entity: Below
fields:
  id: { type: string, primary: true, max_length: 40 }
  parentId: { type: string, required: true, max_length: 40, foreign_key: { entity: Cascading, field: id, on_delete: cascade } }
`

const model = (() => {
  const { model: compiled, diagnostics } = compileWorkspace([
    { path: 'entities/root.yaml', text: CONTRACT },
  ])
  if (compiled === undefined) throw new Error(diagnostics[0]?.message)
  return compiled
})()

const idsOf = (entity: string): SelectQuery => ({
  kind: 'select',
  entity,
  fields: ['id'],
  where: TRUE,
  sort: [],
})

const CHILDREN = ['Cascading', 'Nulling', 'Defaulting', 'Restricting'] as const

onServer('PostgreSQL', 'DBAL_TEST_POSTGRES_URL', (url) => {
  describe('a deletion over one state of the database, on PostgreSQL', () => {
    let server: TestServer
    let adapter: Adapter
    beforeAll(async () => {
      server = await createTestServer(url, 'postgresql')
      adapter = await server.open({ model })
      await adapter.schema?.apply(createSchema(model, dialectFor('postgresql')))
    })
    afterAll(async () => {
      await adapter.close()
      await server.close()
    })
    beforeEach(async () => {
      for (const entity of ['Below', ...CHILDREN, 'Root']) await adapter.run(remove(entity), [])
      await insert(adapter, 'Root', [{ id: 'other' }, { id: 'root' }])
    })

    const root: QueryPredicate = {
      kind: 'compare',
      op: '=',
      left: { kind: 'field', path: [], field: 'id', type: 'string' },
      right: { kind: 'literal', value: 'root' },
    }
    const ids = async (entity: string) =>
      (await valuesOf(adapter, idsOf(entity))).map(String).sort()
    const meanwhile = (work: () => Promise<unknown>) =>
      adapter.transaction(
        async (tx) => {
          await tx.run(idsOf('Root'), [])
          await work()
          return (await tx.run(remove('Root', { where: root }), [])).count
        },
        { isolation: 'repeatable_read' },
      )

    it.each(CHILDREN)('keeps the parent of a %s row that came later', async (entity) => {
      const code = entity === 'Restricting' ? 'CONFLICT' : 'SERIALIZATION_CONFLICT'

      const add = () => insert(adapter, entity, [{ id: 'child', rootId: 'root' }])
      await expect(meanwhile(add)).rejects.toMatchObject({ code })
      expect([await ids('Root'), await ids(entity)]).toEqual([['other', 'root'], ['child']])
    })

    it('keeps the parent of a row that came later below one that was there', async () => {
      await insert(adapter, 'Cascading', [{ id: 'child', rootId: 'root' }])
      const add = () => insert(adapter, 'Below', [{ id: 'leaf', parentId: 'child' }])
      await expect(meanwhile(add)).rejects.toMatchObject({ code: 'SERIALIZATION_CONFLICT' })
      expect([await ids('Cascading'), await ids('Below')]).toEqual([['child'], ['leaf']])
    })

    it('deletes a row that nobody came to', async () => {
      expect(await meanwhile(() => Promise.resolve())).toBe(1)
      expect(await ids('Root')).toEqual(['other'])
    })
  })
})

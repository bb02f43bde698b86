// Fields called as what every object has: data like any other, unless no call could name them.
import { compileWorkspace } from '@proj/dbal-schema'
import { expect, test } from 'vitest'
import { DBALClient } from '../src/index.ts'

const NAMES = ['hasOwnProperty', 'toString', 'then', 'valueOf', 'toJSON', 'catch', 'isPrototypeOf']

const entity = (names: readonly string[]): string => `
entity: Thing
fields:
  id: { type: integer, primary: true }
${names.map((name) => `  ${name}: { type: string, optional: true }`).join('\n')}
acl:
  create: { public: true }
  read: { public: true }
  update: { public: true, check: "${names[0] ?? ''} != 'no'" }
  delete: { public: true }
`
const compiled = (names: readonly string[]) =>
  compileWorkspace([{ path: 'entities/thing.yaml', text: entity(names) }])

test.each(['memory', 'sqlite', 'prisma', 'duckdb'] as const)('they work on %s', async (adapter) => {
  const { model } = compiled(NAMES)
  if (model === undefined) throw new Error('the contract does not load')
  const client = new DBALClient({ schema: model, adapter, database: { url: ':memory:' } })
  const all = (value: string | null): Record<string, unknown> =>
    Object.fromEntries(NAMES.map((name) => [name, value]))
  expect(await client.things.create({ id: 1, ...all('a') })).toEqual({ id: 1, ...all('a') })
  expect(await client.things.create({ id: 2 })).toEqual({ id: 2, ...all(null) })
  expect(await client.things.update(1, all('b'))).toEqual({ id: 1, ...all('b') })
  expect(await client.things.updateMany(all('b'), all('c'))).toBe(1)
  for (const name of NAMES) {
    const asked = { filter: { [name]: { in: ['c'] } }, sort: { [name]: 'desc' }, select: [name] }
    expect((await client.things.list(asked)).data).toEqual([{ [name]: 'c' }])
    expect(await client.things.list({ [name]: 'c', count: true })).toMatchObject({ total: 1 })
    const groups = await client.things.aggregate({ groupBy: [name], max: [name] })
    expect(groups).toMatchObject([{ [name]: 'c' }, { [name]: null }])
    await expect(client.things.update(1, { [name]: 5 })).rejects.toMatchObject({
      details: { fields: [{ field: name }] },
    })
  }
  await expect(client.things.update(1, { [NAMES[0] ?? '']: 'no' })).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
  })
  const upsert = { where: { id: 2 }, create: { id: 2 }, update: all('d') }
  expect(await client.things.upsert(upsert)).toEqual({ id: 2, ...all('d') })
  await client.close()
})

test.each(['constructor', 'prototype', '__proto__'])('%s is refused with a hint', (name) => {
  const { model, diagnostics } = compiled(['title', name])
  expect(model).toBeUndefined()
  expect(diagnostics).toMatchObject([{ code: 'dangerous-name', hint: expect.any(String) }])
})

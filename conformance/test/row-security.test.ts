// A client whose login is bound by row-level security answers as any other, and what forgets the rules is stopped (ACC-66).
import { fileURLToPath } from 'node:url'
import { DBALClient, type AdapterName, type ClientConfig } from '@proj/dbal'
import {
  withMutations,
  type InsertQuery,
  type Principal,
  type SelectQuery,
} from '@proj/dbal-contract'
import { compileWorkspace, loadWorkspace, type Model } from '@proj/dbal-schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadSuite, runProgram, runSuite, steppingClock, type Step } from '../src/index.ts'
import { libraryProgram } from './library-program.ts'
import { lockedTarget, openLocked, type LockedAdapter } from './locked-target.ts'
import { siteProgram } from './site-program.ts'

const url = process.env['DBAL_TEST_POSTGRES_URL'] ?? ''
const folder = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const unused = (): boolean => true

const programs: readonly (readonly [string, readonly Step[], string, Partial<ClientConfig>])[] = [
  ['site', siteProgram, 'packages/schema/reference', {}],
  [
    'library',
    libraryProgram,
    'examples/library/dbal',
    {
      operations: {
        'Loan.check_out': unused,
        'Order.receive': unused,
        'StockLevel.recount': unused,
      },
      rules: { within_loan_limit: unused, title_isbn_check_digit: unused },
    },
  ],
]

const NOTES = `
entity: Note
owner: ownerId
fields:
  id: { type: string, primary: true }
  ownerId: { type: string, required: true }
  text: { type: string, optional: true, nullable: true }
acl:
  read: { self: true }
  create: { self: true }
  update: { user: true, row_level_filter: ownerId = $user.id, check: text != 'bad' }
  delete: { self: true }
`

function notes(): Model {
  const { model } = compileWorkspace([{ path: 'entities/notes.yaml', text: NOTES }])
  if (model === undefined) throw new Error('the contract does not compile')
  return withMutations(model)
}

const ALL: SelectQuery = {
  kind: 'select',
  entity: 'Note',
  fields: ['id'],
  where: { kind: 'true' },
  sort: [
    {
      operand: { kind: 'field', path: [], field: 'id', type: 'string' },
      direction: 'asc',
      nulls: 'last',
    },
  ],
}
const BY_ID: SelectQuery = {
  ...ALL,
  where: {
    kind: 'compare',
    op: '=',
    left: { kind: 'field', path: [], field: 'id', type: 'string' },
    right: { kind: 'param', index: 0, type: 'string' },
  },
}
const INSERT: InsertQuery = { kind: 'insert', entity: 'Note', fields: ['id', 'ownerId', 'text'] }
const PEOPLE = ['ann', 'bob', 'cyd', "d'\\Arc"]

function principal(id: string): Principal {
  const claims = new Map([
    ['id', id],
    ['role', 'user'],
  ])
  return { system: false, id, roles: ['user'], claims, context: new Map() }
}

describe.runIf(url !== '')('a login that row-level security binds', () => {
  it.each(programs)('plays the %s program with the same bytes', async (_, steps, path, config) => {
    const { model } = await loadWorkspace(folder(path))
    if (model === undefined) throw new Error('the contract does not compile')
    const play = async (adapter: AdapterName | LockedAdapter): Promise<readonly string[]> => {
      const client = new DBALClient({ ...config, schema: model, adapter, now: steppingClock() })
      try {
        return (await runProgram(client, steps)).lines
      } finally {
        await client.close()
      }
    }
    const expected = await play('memory')
    expect(await play(await openLocked(url, withMutations(model)))).toEqual(expected)
  })

  it('answers the cases about access as they say', async () => {
    const suite = await loadSuite()
    const results = await runSuite({ suite, targets: [lockedTarget(url)], filter: 'access/' })
    const failed = results.filter(({ outcome }) => outcome.result === 'fail')
    expect(failed.map(({ vector, outcome }) => [vector.source.file, vector.name, outcome])).toEqual(
      [],
    )
    expect(results.length).toBeGreaterThan(100)
  }, 300_000)
})

describe.runIf(url !== '')('two connections for many callers', () => {
  let db: LockedAdapter

  beforeAll(async () => {
    db = await openLocked(url, notes(), 2)
    for (const owner of PEOPLE)
      await db.run(
        INSERT,
        ['1', '2'].flatMap((n) => [`${owner}${n}`, owner, 'fine']),
      )
  })
  afterAll(() => db.close())

  const idsOf = (owner: string): object[] => [{ id: `${owner}1` }, { id: `${owner}2` }]

  it('show each his own, where the rules were forgotten too', async () => {
    const asked = Array.from({ length: 10 }, () => PEOPLE).flat()
    const found = await Promise.all(
      asked.map(async (owner) => (await db.run(ALL, [], { principal: principal(owner) })).rows),
    )
    expect(found).toEqual(asked.map(idsOf))
    expect((await db.run(ALL, [])).count).toBe(2 * PEOPLE.length)
  })

  it('put no reads of two callers into one statement', async () => {
    const [ann, bob] = [principal('ann'), principal('bob')]
    const read = async (id: string, who: Principal) =>
      (await db.run(BY_ID, [id], { principal: who })).count
    const asked = [
      read('ann1', ann),
      read('ann2', ann),
      read('bob1', ann),
      read('ann1', bob),
      read('bob1', bob),
    ]
    expect(await Promise.all(asked)).toEqual([1, 1, 0, 0, 1])
  })

  it('say in a transaction who asks, whatever was undone in it', async () => {
    const [ann, bob] = [principal('ann'), principal('bob')]
    const seen = await db.transaction(async (tx) => {
      const count = async (who?: Principal) => (await tx.run(ALL, [], { principal: who })).count
      const counts = [await count(ann), await count(), await count(bob)]
      await tx
        .transaction(async (inner) => {
          counts.push((await inner.run(ALL, [], { principal: ann })).count)
          await inner.run(INSERT, ['bob3', 'bob', null], { principal: ann })
        })
        .catch((error: unknown) => expect(error).toMatchObject({ code: 'FORBIDDEN' }))
      return [...counts, await count(bob), await count(), await count(ann)]
    })
    expect(seen).toEqual([2, 8, 2, 2, 2, 8, 2])
  })

  it('leave nobody behind', async () => {
    const who = `SELECT session_user = current_user AS login, current_setting('dbal.user', true) AS user`
    const forget = async (): Promise<void> => {
      await db.run(INSERT, ['ann3', 'bob', null], { principal: principal('ann') })
    }
    await expect(Promise.all([forget(), forget(), forget()])).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    const stop = new AbortController()
    stop.abort(new Error('gone'))
    const left = { principal: principal('ann'), signal: stop.signal }
    await expect(db.run(ALL, [], left)).rejects.toThrow()
    const found = await Promise.all(Array.from({ length: 8 }, async () => db.schema?.query(who)))
    for (const rows of found) expect(['', null]).toContain(rows?.[0]?.['user'])
    expect(new Set(found.map((rows) => rows?.[0]?.['login']))).toEqual(new Set([false]))
  })

  it('are closed to the login itself until it says who asks', async () => {
    const text = 'SELECT id FROM notes ORDER BY id'
    expect(await db.outside(text, null)).toEqual([])
    expect(await db.outside(text, { id: 'ann', role: 'user' })).toEqual(idsOf('ann'))
  })

  it('change rows by the rules, and tell a client nothing else than they would without', async () => {
    const client = new DBALClient({
      schema: notes(),
      adapter: { ...db, close: () => Promise.resolve() },
    })
    const as = (id: string) => client.as({ user: { id, role: 'user' } }).notes
    const [ann, bob] = [as('ann'), as('bob')]
    // Given away, the row is out of sight for her who gave it.
    expect(await ann.update('ann2', { ownerId: 'bob' })).toEqual({ id: 'ann2' })
    await expect(ann.read('ann2')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(ann.create({ id: 'ann2', ownerId: 'ann' })).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { fields: [{ field: 'id' }] },
    })
    await expect(bob.update('bob1', { text: 'bad' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(
      await Promise.all([ann.count(), bob.count(), ann.delete('ann1'), bob.delete('ann2')]),
    ).toMatchObject([1, 3, true, true])
    await client.close()
  })
})

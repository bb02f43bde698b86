import { openMemory } from '@proj/dbal-adapter-memory'
import { openSqlite } from '@proj/dbal-adapter-sqlite'
import {
  isDBALError,
  type Adapter,
  type DBALError,
  type Model,
  type SchemaPort,
} from '@proj/dbal-contract'
import { MODEL_TABLE, mysqlDialect, sqlite } from '@proj/dbal-sql'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyPush, diffModels, losesData, planPush } from '../src/index.ts'
import { family, model, thing } from './models.ts'
import { insert, plan, push, schemaOf, select, using } from './store-rows.ts'
import { targets, type TestDatabase } from './targets.ts'

const NAME = 'name: { type: string, required: true }'
const NICK = 'nick: { type: string, optional: true }'
const BYTES = (length: number): Uint8Array => new Uint8Array(length)
const EMPTY = model(
  'entity: Nothing\ntable: nothing\nfields: { id: { type: uuid, primary: true } }',
)

async function failure(work: Promise<unknown>): Promise<DBALError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (isDBALError(error)) return error
  throw new Error('it did not fail as it should', { cause: error })
}

async function recordOf(database: TestDatabase): Promise<Readonly<Record<string, unknown>>> {
  return using(database, EMPTY, async (adapter) => {
    const [row] = (await adapter.schema?.query(`SELECT * FROM ${MODEL_TABLE}`)) ?? []
    return row ?? {}
  })
}

describe.each(targets)('push on $name', (target) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await target.create()
  })
  afterEach(() => database.drop())

  describe('refuses, and changes nothing', () => {
    it('a required field without a default, where there are rows', async () => {
      const before = model(thing([NICK]))
      await push(database, before)
      await insert(database, before, 'Thing', [
        { id: 1, nick: 'x' },
        { id: 2, nick: null },
      ])
      const after = model(
        thing([
          'nick: { type: string, required: true }',
          NAME,
          'token: { type: uuid, generated: true }',
        ]),
      )
      const error = await failure(push(database, after))
      expect(error.code).toBe('VALIDATION_ERROR')
      expect(error.details).toEqual({
        reason: 'the rows there do not fit the contract; nothing was changed',
        fields: [
          {
            field: 'things.name',
            error:
              'is required, and 2 rows have no value for it: give it a default, or make it optional first and fill it',
          },
          {
            field: 'things.token',
            error:
              'is required, and 2 rows have no value for it: an id is made for new rows only: make it optional first and fill it',
          },
          {
            field: 'things.nick',
            error:
              'is required, and 1 row has no value for it: give it a default, or make it optional first and fill it',
          },
        ],
      })
      expect(await select(database, before, 'Thing')).toHaveLength(2)
    })

    it.each([
      [
        'a unique index',
        thing(['name: { type: string, required: true, unique: true }']),
        'CONFLICT',
        '1 value of things (name) occurs more than once',
      ],
      [
        'a constraint',
        thing([NAME], 'constraints:\n  - { name: short, check: "name = \'b\'" }'),
        'VALIDATION_ERROR',
        '2 rows of things break the check things_short_check',
      ],
      [
        'an enum',
        thing(['name: { type: enum, values: [x], required: true }']),
        'VALIDATION_ERROR',
        '2 rows of things break the check things_name_values',
      ],
    ] as const)('%s that rows break', async (_, entity, code, reason) => {
      const before = model(thing([NAME]))
      await push(database, before)
      await insert(database, before, 'Thing', [
        { id: 1, name: 'a' },
        { id: 2, name: 'a' },
      ])
      const schema = await schemaOf(database, before)
      const error = await failure(push(database, model(entity)))
      const kept =
        target.dialect === 'mysql'
          ? 'the steps before this one are done; push again to go on'
          : 'nothing was changed'
      expect(error).toMatchObject({ code, details: { reason: `${reason}; ${kept}` } })
      if (target.dialect === 'mysql') return
      expect(await schemaOf(database, before)).toEqual(schema)
      expect(await select(database, before, 'Thing')).toHaveLength(2)
    })

    it('a unique field whose default all rows get', async () => {
      const before = model(thing([NAME]))
      await push(database, before)
      await insert(database, before, 'Thing', [
        { id: 1, name: 'a' },
        { id: 2, name: 'b' },
      ])
      const after = thing([NAME, 'n: { type: integer, required: true, unique: true, default: 3 }'])
      const error = await failure(push(database, model(after)))
      expect(error).toMatchObject({ code: 'CONFLICT', retryable: false })
      expect(error.details?.reason).toContain('1 value of things (n) occurs more than once')
    })

    it('a unique field whose values become equal', async () => {
      const field = (scale: number): string =>
        thing([`n: { type: decimal, precision: 6, scale: ${scale}, required: true, unique: true }`])
      const before = model(field(2))
      await push(database, before)
      await insert(database, before, 'Thing', [
        { id: 1, n: '1.20' },
        { id: 2, n: '1.24' },
      ])
      const error = await failure(push(database, model(field(1))))
      expect(error.code).toBe('CONFLICT')
      expect(error.details?.reason).toMatch(/things \(n\) occurs|things\.n/)
    })

    it.each([
      ['text', 'string, max_length: 40', 'string, max_length: 3', 'abcd', 'a€𐍈'],
      ['bytes', 'bytes, max_length: 40', 'bytes, max_length: 3', BYTES(4), BYTES(3)],
      ['a longer kind of text', 'text', 'string', 'x'.repeat(256), 'x'.repeat(255)],
    ] as const)('%s that a smaller length leaves no room for', async (_, from, to, long, fits) => {
      const [before, after] = [from, to].map((type) =>
        model(thing([`value: { type: ${type}, optional: true }`])),
      ) as [Model, Model]
      await push(database, before)
      await insert(database, before, 'Thing', [
        { id: 1, value: long },
        { id: 2, value: fits },
        { id: 3, value: null },
      ])
      const error = await failure(plan(database, after))
      expect(error.code).toBe('VALIDATION_ERROR')
      expect(error.details?.fields).toEqual([
        {
          field: 'things.value',
          error: `holds at most ${fits.length === 255 ? 255 : 3}, and 1 row has a longer value: shorten them first, or keep the length`,
        },
      ])
      await database.run('DELETE FROM things WHERE id = 1')
      await using(database, after, async (adapter) => {
        const late = await planPush(adapter, after)
        await insert(database, before, 'Thing', [{ id: 1, value: long }])
        expect((await failure(applyPush(adapter, late))).code).toBe('SERIALIZATION_CONFLICT')
        await database.run('DELETE FROM things WHERE id = 1')
        await applyPush(adapter, await planPush(adapter, after))
      })
      expect(await select(database, after, 'Thing')).toEqual([
        { id: 2, value: fits },
        { id: 3, value: null },
      ])
    })

    it('a foreign key that rows break', async () => {
      const before = model(...family('{ type: integer, required: true }'))
      await push(database, before)
      await insert(database, before, 'Child', [{ id: 1, parentId: 9 }])
      const after = model(
        ...family('{ type: integer, required: true, foreign_key: { entity: Parent, field: id } }'),
      )
      if (target.dialect === 'duckdb') return push(database, after).then(() => undefined)
      const error = await failure(push(database, after))
      expect(error.code).toBe('CONFLICT')
      expect(error.details?.reason).toContain(
        '1 row of children refers by parentId to no row of parents',
      )
    })

    it('tables of others with other columns', async () => {
      await database.run('CREATE TABLE things (id INTEGER, title VARCHAR(10))')
      const error = await failure(plan(database, model(thing([NAME]))))
      expect(error.code).toBe('DATABASE_ERROR')
      expect(error.details?.reason).toMatch(/other columns than the contract: things\. Rename/)
    })
  })

  it('adopts tables that have the columns of the contract', async () => {
    const wanted = model(thing([NAME]), ...family('{ type: integer }'))
    const name = target.dialect === 'sqlite' ? 'TEXT' : 'VARCHAR(255)'
    await database.run(
      `CREATE TABLE things (id INTEGER NOT NULL PRIMARY KEY, name ${name} NOT NULL)`,
      "INSERT INTO things VALUES (1, 'a')",
    )
    const { steps } = await push(database, wanted)
    expect(steps.map(({ kind, table }) => `${kind} ${table}`).sort()).toEqual([
      'adopt_table things',
      'create_table children',
      'create_table parents',
    ])
    expect(await select(database, wanted, 'Thing')).toEqual([{ id: 1, name: 'a' }])
    expect((await plan(database, wanted)).steps).toEqual([])
    await push(database, model(thing([NAME, NICK])))
  })

  it('makes a recorded table again that somebody dropped', async () => {
    const wanted = model(thing([NAME]))
    await push(database, wanted)
    await database.run('DROP TABLE things')
    expect((await push(database, wanted)).steps.map(({ kind }) => kind)).toEqual(['create_table'])
  })

  it('keeps the record up to date where only rules changed, and seeds out of it', async () => {
    const before = model(thing([NAME]))
    await push(database, before)
    const first = await recordOf(database)
    await push(database, before)
    expect(await recordOf(database)).toEqual(first)
    const after = model(thing([NAME], 'acl:\n  read: { public: true }'))
    expect((await push(database, after)).steps).toEqual([])
    const second = await recordOf(database)
    expect(second['fingerprint']).toBe(first['fingerprint'])
    expect(second['model']).not.toBe(first['model'])
    const seed = {
      entity: 'Thing',
      records: [{ name: 'secret' }],
      file: 'x',
      metadata: { bootstrap: false, skipIfExists: false, useCurrentTimestamp: false },
    }
    await push(database, { ...after, seeds: [seed] })
    expect(await recordOf(database)).toEqual(second)
  })

  it('takes no plan that another push has overtaken', async () => {
    const [first, second] = [model(thing([NAME])), model(thing([NAME, NICK]))]
    await push(database, first)
    const other = model(thing(['title: { type: string, optional: true }', NAME]))
    await using(database, first, async (adapter) => {
      const late = await planPush(adapter, second)
      await push(database, other)
      const error = await failure(applyPush(adapter, late))
      expect(error).toMatchObject({ code: 'SERIALIZATION_CONFLICT', retryable: true })
    })
    expect((await plan(database, other)).steps).toEqual([])
  })

  it('lets one of two pushes at once through', async () => {
    const [left, right] = [model(thing([NAME])), model(...family('{ type: integer }'))]
    const outcomes = await Promise.allSettled(
      [left, right].map((wanted) =>
        using(database, wanted, async (adapter) => {
          const made = await planPush(adapter, wanted)
          await applyPush(adapter, made)
          return wanted
        }),
      ),
    )
    const done: Model[] = []
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') done.push(outcome.value)
      else expect(outcome.reason).toMatchObject({ code: 'SERIALIZATION_CONFLICT' })
    }
    const last = done.at(-1)
    if (last === undefined) throw new Error('neither push went through')
    const states = await Promise.all(
      done.map(async (each) => (await plan(database, each)).steps.length),
    )
    expect(states).toContain(0)
  })

  it('does not drop what was empty when it looked', async () => {
    const before = model(thing([NICK]), family('{ type: integer }')[0] ?? '')
    const after = model(thing([]))
    await push(database, before)
    await using(database, before, async (adapter) => {
      const made = await planPush(adapter, after)
      expect(losesData(made.steps)).toBe(false)
      await insert(database, before, 'Thing', [{ id: 1, nick: 'x' }])
      expect((await failure(applyPush(adapter, made))).code).toBe('SERIALIZATION_CONFLICT')
    })
    expect(await select(database, before, 'Thing')).toEqual([{ id: 1, nick: 'x' }])
  })

  it('says what a rename costs', async () => {
    const before = model(thing([NICK]))
    await push(database, before)
    await insert(database, before, 'Thing', [{ id: 1, nick: 'x' }])
    const { steps } = await plan(
      database,
      model(thing(['alias: { type: string, optional: true }'])),
    )
    expect(losesData(steps)).toBe(true)
    expect(steps.find(({ kind }) => kind === 'drop_column')).toMatchObject({
      description: 'drop column things.nick and 1 value',
      hint: expect.stringMatching(/^a renamed column is dropped and added/) as string,
    })
  })
})

describe('push on SQLite', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dbal-push-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('keeps views, and the indexes and triggers of others', async () => {
    const [before, after] = [
      model(thing([NICK])),
      model(thing(['nick: { type: string, required: true, default: n }'])),
    ]
    const adapter = await openSqlite({ path: join(folder, 'db'), model: before })
    await applyPush(adapter, await planPush(adapter, before))
    await adapter.schema?.apply([
      'CREATE VIEW nicks AS SELECT nick FROM things',
      'CREATE INDEX by_others ON things (lower(nick))',
      'CREATE TRIGGER watch AFTER DELETE ON things BEGIN SELECT 1; END',
    ])
    const objects =
      "SELECT name, sql FROM sqlite_master WHERE name IN ('nicks', 'by_others', 'watch') ORDER BY name"
    const made = await adapter.schema?.query(objects)
    await applyPush(adapter, await planPush(adapter, after))
    expect(await adapter.schema?.query(objects)).toEqual(made)
    await adapter.close()
  })

  it('rebuilds no table where foreign keys cannot be switched off', async () => {
    const reference =
      '{ type: integer, foreign_key: { entity: Parent, field: id, on_delete: cascade } }'
    const [before, after] = [model(...family(reference, [NICK])), model(...family(reference))]
    const adapter = await openSqlite({ path: join(folder, 'db'), model: before })
    await applyPush(adapter, await planPush(adapter, before))
    await adapter.run({ kind: 'insert', entity: 'Parent', fields: ['id'] }, [1])
    await adapter.run({ kind: 'insert', entity: 'Child', fields: ['id', 'parentId'] }, [1, 1])
    const { schema } = adapter
    if (schema === undefined) throw new Error('SQLite has tables')
    const words = ['COMMIT', 'PRAGMA foreign_keys = ON', 'BEGIN']
    const apply: SchemaPort['apply'] = (statements) => schema.apply([...words, ...statements])
    const careless: Adapter = { ...adapter, schema: { ...schema, apply } }
    const error = await failure(applyPush(careless, await planPush(careless, after)))
    expect(error.code).toBe('CAPABILITY_NOT_SUPPORTED')
    expect(await schema.query('SELECT id FROM children')).toHaveLength(1)
    await adapter.close()
  })
})

describe('a model that the engine cannot keep', () => {
  const DIGITS = thing(['price: { type: decimal, precision: 38, scale: 19 }'])
  const PARTIAL = thing([NAME], 'indexes:\n  - { fields: [name], unique: true, where: "id > 3" }')

  it.each([
    [sqlite, DIGITS],
    [mysqlDialect(), PARTIAL],
  ])('is refused', (dialect, entity) => {
    expect(() => diffModels(EMPTY, model(entity), dialect)).toThrow(
      expect.objectContaining({ code: 'CAPABILITY_NOT_SUPPORTED' }),
    )
  })
})

describe('an adapter without tables', () => {
  it('is refused', async () => {
    const adapter = openMemory({ model: EMPTY })
    expect((await failure(planPush(adapter, EMPTY))).code).toBe('CAPABILITY_NOT_SUPPORTED')
  })
})

describe('diffModels', () => {
  it('takes every table for full', () => {
    const steps = diffModels(model(thing([NICK])), model(thing([NAME])), sqlite)
    expect(steps.map(({ kind, risk }) => `${kind} ${risk}`)).toEqual([
      'add_column may_fail',
      'drop_column loses_data',
      'rebuild_table safe',
    ])
    expect(diffModels(model(thing([NICK])), model(thing([NICK])), sqlite)).toEqual([])
  })
})

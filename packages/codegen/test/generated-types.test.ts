import { readFileSync } from 'node:fs'
import { generate, type GeneratedFile } from '@proj/dbal-codegen'
import { isDBALError, lazyModel } from '@proj/dbal'
import { modelToJson, type Model } from '@proj/dbal-schema'
import { beforeAll, describe, expect, test } from 'vitest'
import { compileTypescript, withFiles, type TextFile } from './compile-typescript.ts'
import { largeModel, libraryModel, modelOf, referenceModel, stressModel } from './workspaces.ts'

function typescript(model: Model): readonly GeneratedFile[] {
  return generate({ model, targets: ['types', 'client'] })
}

function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/usage/${name}`, import.meta.url), 'utf8')
}

function usage(): readonly TextFile[] {
  return typescript(modelOf(fixture('site.yaml')))
}

describe('the generated types', () => {
  let errors: Readonly<Record<string, readonly string[]>>
  let inBundler: typeof errors
  beforeAll(async () => {
    const reference = typescript(await referenceModel())
    const programs = {
      stress: typescript(stressModel()),
      reference,
      library: typescript(await libraryModel()),
      empty: typescript(modelOf('')),
      use: [...usage(), { path: 'use.ts', text: fixture('use.ts.txt') }],
      misuse: [...usage(), { path: 'misuse.ts', text: fixture('misuse.ts.txt') }],
      large: typescript(largeModel(500)),
      wrong: [{ path: 'wrong.ts', text: 'export const wrong: number = "one"\n' }],
    }
    errors = await compileTypescript(programs)
    const bundler = { module: 'ESNext', moduleResolution: 'Bundler', lib: ['ES2023', 'DOM'] }
    inBundler = await compileTypescript({ reference }, bundler)
  }, 120_000)

  test('are really compiled', () => {
    expect(errors['wrong']).toEqual([expect.stringContaining('wrong/wrong.ts(1,14): error TS2322')])
  })

  test.each([
    ['compile for names and shapes that generators stumble over', 'stress'],
    ['compile for the reference domain', 'reference'],
    ['compile for a library', 'library'],
    ['compile for a workspace without entities', 'empty'],
    ['let through what is right and give it exact types', 'use'],
    ['refuse what is wrong', 'misuse'],
    ['serve 500 entities', 'large'],
  ])('%s', (_, program) => {
    expect(errors[program]).toEqual([])
  })

  test('compile with a bundler in mind', () => {
    expect(inBundler['reference']).toEqual([])
  })
})

describe('what a model says of its fields', () => {
  const text = typescript(
    modelOf(`entity: User
principal: true
fields:
  id: { type: uuid, primary: true, generated: true }
  name: { type: string, required: true }
  phone: { type: string, optional: true, sensitive: true }
  plan: { type: string, required: true }
  tenantId: { type: uuid, required: true }
  hash: { type: string, required: true }
acl:
  create: { role: [user], set: { tenantId: $user.id } }
  read: { role: [user], fields: [id, name, phone, tenantId] }
security: { never_expose: [hash] }
operations:
  update: { input: { required: [plan] } }
`),
  ).find(({ path }) => path === 'types.ts')?.text

  function declared(name: string): string {
    return new RegExp(`interface ${name}[ {].*?\\n}`, 's').exec(text ?? '')?.[0] ?? ''
  }

  test('a row lacks what is never exposed, and may lack what not everybody sees', () => {
    expect(declared('User')).toMatch(
      /{\n  id: string;\n  name: string;\n  phone\?: string \| null;\n  plan\?: string;\n  tenantId: string;\n}/,
    )
  })

  test('a create takes what nothing fills, and may leave out what a rule presets', () => {
    expect(declared('UserCreateMany')).toMatch(
      /{\n  name: string;\n  phone\?: string \| null;\n  plan: string;\n  tenantId\?: string;\n  hash: string;\n}/,
    )
  })

  test('an update asks for what the operation requires', () => {
    expect(declared('UserUpdateMany')).toContain('plan?: string;')
    expect(declared('UserUpdate')).toContain('plan: string;')
  })
})

describe('the generated client', () => {
  test('runs', () =>
    withFiles(usage(), async (folder) => {
      const generated = (await import(`${folder}/client.ts`)) as {
        createClient: (config: object) => GeneratedClient
      }
      const client = generated.createClient({
        adapter: 'memory',
        operations: {
          'User.greet': ({ input }: { input: { username: string } }) => `Hello ${input.username}`,
          'User.promote': () => null,
        },
        rules: { path_is_free: () => true },
      })
      const ada = await client.users.create({ username: 'ada', email: 'ada@example.com' })
      expect(await client.users.read(ada.id)).toMatchObject({ username: 'ada', role: 'user' })
      expect(await client.users.greet('ada')).toBe('Hello ada')
      const failure: unknown = await client.users.read('nobody').catch((error: unknown) => error)
      expect(isDBALError(failure) && failure.code).toBe('NOT_FOUND')
      await client.close()
    }))
})

test('the model of a generated client is read when it is first looked at', () => {
  let reads = 0
  const model = stressModel()
  const lazy = lazyModel(() => {
    reads++
    return JSON.stringify(modelToJson(model))
  })
  expect(reads).toBe(0)
  expect(lazy).toEqual(model)
  expect(reads).toBe(1)
  expect(() => lazyModel(() => '{}').hash).toThrow(TypeError)
})

interface GeneratedClient {
  readonly users: {
    create(data: object): Promise<{ readonly id: string }>
    read(id: string): Promise<object>
    greet(name: string): Promise<string>
  }
  close(): Promise<void>
}

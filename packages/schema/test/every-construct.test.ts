// A workspace that says everything the format has a way to say, in each of its spellings.
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { getEntity, loadWorkspace, modelFromJson, modelToJson } from '../src/index.ts'
import { brief } from './marked-workspace.ts'

const folder = fileURLToPath(new URL('fixtures/every-construct/', import.meta.url))
const { model, diagnostics } = await loadWorkspace(folder)

test('nothing in it is a fault', () => {
  expect(diagnostics.map(brief)).toEqual([])
})

test('it survives JSON', () => {
  if (model === undefined) throw new Error('no model')
  expect(modelFromJson(JSON.parse(JSON.stringify(modelToJson(model))))).toEqual(model)
})

test('blocks of an entity', () => {
  if (model === undefined) throw new Error('no model')
  const user = getEntity(model, 'User')
  expect(user).toMatchObject({
    principal: true,
    softDelete: { field: 'deletedAt' },
    optimisticLock: 'version',
    constraints: [{ name: 'positive', text: 'score >= 0 AND small != 5' }],
    customConstraints: ['own'],
    owner: { field: 'id', claim: 'id' },
  })
  expect(user.fields.get('action')?.deprecated).toBe('use `read` instead')
  expect(getEntity(model, 'Page')).toMatchObject({
    ttl: { field: 'expiresAt', autoDelete: true },
    uniques: [['id'], ['authorId', 'title']],
    tree: { parentField: 'parentId', orderField: 'position', ownerField: 'authorId' },
  })
  expect(getEntity(model, 'Session').security).toEqual({
    neverExpose: ['token'],
    auditAllAccess: true,
    scanForMalicious: true,
    sandboxRequired: true,
  })
  expect(getEntity(model, 'Credential').owner).toEqual({ field: 'username', claim: 'username' })
})

test('an operation with everything', () => {
  if (model === undefined) throw new Error('no model')
  expect(getEntity(model, 'Credential').operations.get('verify')).toMatchObject({
    declared: true,
    public: true,
    systemOnly: false,
    verbs: [],
    output: { kind: 'scalar', type: 'boolean' },
    rateLimit: { maxAttempts: 5, windowSeconds: 300, key: '$input.username' },
    security: { audit: true, never_log_password: true },
    reads: ['passwordHash'],
    errors: [
      { code: 'UNAUTHORIZED', message: 'Invalid credentials' },
      { code: 'RATE_LIMIT_EXCEEDED', message: 'Too many login attempts' },
    ],
  })
  const page = getEntity(model, 'Page')
  expect(page.operations.get('list')).toMatchObject({
    pagination: true,
    defaultLimit: 50,
    maxLimit: 500,
  })
  expect(page.operations.get('search')?.fullTextSearch).toEqual(['title'])
  expect(page.operations.get('publish')).toMatchObject({
    systemOnly: false,
    rowLevelCheck: { kind: 'and' },
  })
})

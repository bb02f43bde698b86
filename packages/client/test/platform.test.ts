// What takes the place of src/platform/node in a browser.
import { expect, test } from 'vitest'
import { createPrincipal } from '../src/principal/create-principal.ts'
import * as environment from '../src/platform/browser/environment.ts'
import * as local from '../src/platform/browser/local.ts'
import * as remote from '../src/platform/browser/remote.ts'
import * as workspace from '../src/platform/browser/workspace.ts'

const twins: {
  readonly environment: typeof import('../src/platform/node/environment.ts')
  readonly local: typeof import('../src/platform/node/local.ts')
  readonly remote: typeof import('../src/platform/node/remote.ts')
  readonly workspace: typeof import('../src/platform/node/workspace.ts')
} = { environment, local, remote, workspace }

test.each(['openLocal', 'describeModel', 'sealAudit', 'verifyAudit'] as const)(
  '%s is refused, and says what to do',
  async (name) => {
    const refusal = {
      code: 'CAPABILITY_NOT_SUPPORTED',
      details: { reason: expect.stringContaining("give mode: 'production'") },
    }
    await expect((twins.local[name] as () => Promise<unknown>)()).rejects.toMatchObject(refusal)
  },
)

test('a workspace is refused', async () => {
  await expect(twins.workspace.loadWorkspaceModel('./dbal')).rejects.toMatchObject({
    code: 'CAPABILITY_NOT_SUPPORTED',
    details: { reason: expect.stringContaining('give schema') },
  })
})

test('what is for development only is refused', () => {
  expect(twins.environment.isProduction()).toBe(true)
})

test('a way to a daemon that is none is refused as it is in Node', async () => {
  const nobody = createPrincipal(undefined)
  await expect(twins.remote.openRemote({ mode: 'production' }, nobody)).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
    details: { fields: [{ field: 'endpoint' }] },
  })
})

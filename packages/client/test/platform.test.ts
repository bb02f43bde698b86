// What takes the place of src/platform/node in a browser.
import { expect, test } from 'vitest'
import * as environment from '../src/platform/browser/environment.ts'
import * as local from '../src/platform/browser/local.ts'
import * as workspace from '../src/platform/browser/workspace.ts'

const twins: {
  readonly environment: typeof import('../src/platform/node/environment.ts')
  readonly local: typeof import('../src/platform/node/local.ts')
  readonly workspace: typeof import('../src/platform/node/workspace.ts')
} = { environment, local, workspace }

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

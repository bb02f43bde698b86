// What takes the place of src/platform/node in a browser.
import { expect, test } from 'vitest'
import * as environment from '../src/platform/browser/environment.ts'
import * as local from '../src/platform/browser/local.ts'
import * as random from '../src/platform/browser/random.ts'
import * as workspace from '../src/platform/browser/workspace.ts'

const twins: {
  readonly environment: typeof import('../src/platform/node/environment.ts')
  readonly local: typeof import('../src/platform/node/local.ts')
  readonly random: { fillRandom(bytes: Uint8Array<ArrayBuffer>): void }
  readonly workspace: typeof import('../src/platform/node/workspace.ts')
} = { environment, local, random, workspace }

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

test('random bytes are filled in', () => {
  const [one, other] = [new Uint8Array(32), new Uint8Array(32)]
  twins.random.fillRandom(one)
  twins.random.fillRandom(other)
  expect(one).not.toEqual(new Uint8Array(32))
  expect(one).not.toEqual(other)
})

// What takes the place of src/platform/node in a browser; its socket is played in packages/daemon.
import { afterEach, expect, test, vi } from 'vitest'
import * as key from '../src/platform/browser/random-key.ts'
import * as socket from '../src/platform/browser/socket.ts'

const { randomKey } = key
const { createSocket }: typeof import('../src/platform/node/socket.ts') = socket

afterEach(() => {
  vi.unstubAllGlobals()
})

test('keys are made without randomUUID, which pages of http do not have', () => {
  const { crypto } = globalThis
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
  const keys = Array.from({ length: 1000 }, randomKey)
  expect(new Set(keys).size).toBe(1000)
  for (const each of keys) expect(each).toMatch(/^[0-9a-f]{32}$/)
})

test('a runtime without WebSocket is refused', async () => {
  vi.stubGlobal('WebSocket', undefined)
  await expect(createSocket('ws://127.0.0.1:1', 'dbal.v1+json')).rejects.toMatchObject({
    code: 'CAPABILITY_NOT_SUPPORTED',
  })
})

// Packages of other peers, installed into a folder of their own when a run first asks for them.
import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { promisify } from 'node:util'
import { inBench } from '../bench-folder.ts'

/** Undefined when they are there; a text says why they are not. */
export async function installPeers(): Promise<string | undefined> {
  const marker = inBench('peers/node_modules/.package-lock.json')
  const lockfile = inBench('peers/package-lock.json')
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(lockfile).mtimeMs) return undefined
  // None of them needs a script to run, so none may run one.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', inBench('peers')]
  try {
    await promisify(execFile)('npm', args, { shell: process.platform === 'win32' })
    return undefined
  } catch (error) {
    const { stderr = '' } = error as { readonly stderr?: string }
    return `npm ci in bench/peers failed: ${stderr.trim().split('\n').at(-1) ?? ''}`
  }
}

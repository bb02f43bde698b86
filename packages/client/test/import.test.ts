// What importing the client loads, counted in a process of its own: a count says the same on every machine,
// which a time does not.
import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** A tenth above what was loaded when the bounds were set. */
const MOST_FILES = 55
const MOST_BYTES = 110_000

/** Tells every module that is loaded from a file, in the thread that Node gives to hooks. */
const HOOKS = `
import { writeSync } from 'node:fs'
export async function load(url, context, next) {
  if (url.startsWith('file:')) writeSync(1, url + '\\n')
  return next(url, context)
}`

const PROGRAM = `
import { createRequire, register } from 'node:module'
register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(HOOKS)}))
await import('@proj/dbal')
for (const path of Object.keys(createRequire(import.meta.url).cache)) console.log('file://' + path)
`

async function loadedFiles(): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', PROGRAM],
    { cwd: fileURLToPath(new URL('..', import.meta.url)) },
  )
  return stdout.split('\n').filter((line) => line.startsWith('file:'))
}

it('loads none of other packages, and little of its own', async () => {
  const files = await loadedFiles()
  const others = files.filter((url) => /\/node_modules\/(?!@proj\/)/.test(url))
  const bytes = files.reduce((sum, url) => sum + statSync(fileURLToPath(url)).size, 0)
  expect(others).toEqual([])
  expect(files.length).toBeGreaterThan(10)
  expect(files.length).toBeLessThan(MOST_FILES)
  expect(bytes).toBeLessThan(MOST_BYTES)
})

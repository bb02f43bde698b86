// Runs every generator whose output is committed. With --check it changes nothing that lasts:
// each generator must leave the files of `outputs` byte for byte as they were.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * A generator is a Node command, run in the repository's root after a build.
 * `outputs` are the files or folders that it owns, and it owns all that is in them.
 * @type {readonly { name: string, command: readonly string[], outputs: readonly string[] }[]}
 */
const GENERATORS = [
  {
    name: 'the manual of the reference domain',
    command: [
      'packages/cli/bin/dbal.js',
      'codegen',
      '--workspace=packages/schema/reference',
      '--target=reference,er',
      '--out=docs/reference',
    ],
    outputs: ['docs/reference'],
  },
  {
    name: 'what the engines have earned',
    command: ['scripts/capabilities-page.mjs'],
    outputs: ['docs/reference/capabilities.md'],
  },
]

/** @param {string} path @returns {string[]} */
function filesUnder(path) {
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  const entries = readdirSync(path, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** @param {readonly string[]} outputs @returns {Map<string, Buffer>} */
function snapshot(outputs) {
  const files = outputs.flatMap((output) => filesUnder(join(root, output)))
  return new Map(files.map((file) => [file, readFileSync(file)]))
}

/** @param {Map<string, Buffer>} before @param {Map<string, Buffer>} after @returns {string[]} */
function difference(before, after) {
  const stale = [...after].filter(([file, bytes]) => !before.get(file)?.equals(bytes))
  const left = [...before.keys()].filter((file) => !after.has(file))
  return [...stale.map(([file]) => file), ...left].sort()
}

/** @param {Map<string, Buffer>} before @param {Map<string, Buffer>} after */
function restore(before, after) {
  for (const file of after.keys()) if (!before.has(file)) rmSync(file)
  for (const [file, bytes] of before) writeFileSync(file, bytes)
}

const checking = process.argv.includes('--check')
let failed = false
for (const { name, command, outputs } of GENERATORS) {
  const before = snapshot(outputs)
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' })
  const after = snapshot(outputs)
  const changed = difference(before, after)
  if (status !== 0) {
    console.error(`${name}: the generator failed (exit ${status})`)
    failed = true
  }
  if (!checking) {
    console.log(
      `${name}: ${changed.length === 0 ? 'up to date' : `${changed.length} files changed`}`,
    )
    continue
  }
  restore(before, after)
  if (changed.length === 0) continue
  failed = true
  console.error(`${name}: out of date; run "npm run generate" and commit the result`)
  for (const file of changed) console.error(`  ${relative(root, file)}`)
}
if (checking && !failed)
  console.log(`generated files: ${GENERATORS.length} generators, all up to date`)
if (failed) process.exitCode = 1

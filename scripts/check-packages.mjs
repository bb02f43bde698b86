// What a user of each public package would get: its manifest, and publint and attw over the tarball
// that npm packs, which must also load when unpacked. Run it after a build.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { loadPacked } from './load-packed.mjs'
import { findWorkspaces, root } from './workspaces.mjs'

const run = promisify(execFile)
const require = createRequire(import.meta.url)
const ATTW = join(dirname(require.resolve('@arethetypeswrong/cli/package.json')), 'dist/index.js')
const WINDOWS = process.platform === 'win32'
const REQUIRED_FILES = ['package.json', 'dist/index.js', 'dist/index.d.ts']
const UNWANTED = /\.tsbuildinfo$|^(package\/)?(test|tsconfig|node_modules)/

/** @typedef {import('./workspaces.mjs').Workspace} Workspace */

/** @param {Workspace} workspace @param {ReadonlyMap<string, string>} versions @returns {string[]} */
function checkManifest({ path, manifest }, versions) {
  /** @type {string[]} */
  const problems = []
  /** @param {boolean} holds @param {string} problem */
  const expect = (holds, problem) => void (holds || problems.push(problem))

  expect(existsSync(join(path, 'README.md')), 'has no README.md')
  expect(manifest.license === 'MIT', 'license is not MIT')
  expect(manifest.type === 'module', 'type is not module')
  expect((manifest.description ?? '').length > 0, 'has no description')
  expect(manifest.engines?.node === '>=20.19', 'engines.node is not >=20.19')
  expect(manifest.sideEffects === false, 'sideEffects is not false')
  expect(manifest.publishConfig?.access === 'public', 'publishConfig.access is not public')
  for (const [door, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target === 'string') continue
    const order = Object.keys(target).join(', ')
    expect(order === '@proj/source, types, default', `door "${door}" has the conditions ${order}`)
    expect(existsSync(join(path, target['@proj/source'] ?? '')), `door "${door}" has no source`)
  }
  const bins = typeof manifest.bin === 'string' ? [manifest.bin] : Object.values(manifest.bin ?? {})
  for (const bin of bins) {
    const file = join(path, bin)
    // npm makes it executable at install, which would leave a change in the work tree.
    const runs = existsSync(file) && (WINDOWS || (statSync(file).mode & 0o111) !== 0)
    expect(runs, `${bin} is not a committed, executable file`)
  }
  for (const [name, range] of Object.entries({
    ...manifest.dependencies,
    ...manifest.peerDependencies,
  })) {
    const version = versions.get(name)
    expect(version === undefined || range === version, `${name} is ${range}, not ${version}`)
  }
  return problems
}

/** @param {string} tarball @returns {Promise<string[]>} */
async function runPublint(tarball) {
  const { buffer } = new Uint8Array(await readFile(tarball))
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: buffer } })
  return messages.map((message) => {
    const text = formatMessage(message, pkg, { color: false })
    return `publint: ${text ?? message.code}`
  })
}

/** @param {string} tarball @returns {Promise<string[]>} */
async function runAttw(tarball) {
  try {
    await run(process.execPath, [ATTW, tarball, '--profile', 'esm-only', '--format', 'ascii'])
    return []
  } catch (error) {
    const { stdout = '', stderr = '', message } = /** @type {any} */ (error)
    return [`attw: ${`${stdout}${stderr}`.trim() || message}`]
  }
}

/** @param {Workspace} workspace @param {string} scratch @returns {Promise<{ tarball: string, names: string[] }>} */
async function pack({ path }, scratch) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch]
  const { stdout } = await run('npm', args, { cwd: path, shell: WINDOWS })
  const [{ filename, files }] = JSON.parse(stdout)
  const names = files.map((/** @type {{ path: string }} */ file) => file.path)
  return { tarball: join(scratch, filename), names }
}

/** @param {string} tarball @param {readonly string[]} names @returns {Promise<string[]>} */
async function checkTarball(tarball, names) {
  const missing = REQUIRED_FILES.filter((name) => !names.includes(name))
  const unwanted = names.filter((name) => UNWANTED.test(name))
  return [
    ...missing.map((name) => `the tarball lacks ${name}`),
    ...unwanted.map((name) => `the tarball has ${name}`),
    ...(await runPublint(tarball)),
    ...(await runAttw(tarball)),
  ]
}

const workspaces = findWorkspaces().filter(({ manifest }) => manifest.private !== true)
const versions = new Map(workspaces.map(({ manifest }) => [manifest.name, manifest.version]))
const cache = join(root, 'node_modules/.cache')
mkdirSync(cache, { recursive: true })
const scratch = mkdtempSync(join(cache, 'dbal-packages-'))
const waiting = [...workspaces]
/** @type {import('./load-packed.mjs').Packed[]} */
const packed = []
/** @type {string[]} */
const problems = []

async function work() {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const found = checkManifest(next, versions)
    if (existsSync(join(next.path, 'dist'))) {
      const { tarball, names } = await pack(next, scratch)
      packed.push({ workspace: next, tarball })
      found.push(...(await checkTarball(tarball, names)))
    } else {
      found.push('is not built; run npm run build')
    }
    problems.push(...found.map((problem) => `${next.folder}: ${problem}`))
  }
}

try {
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work))
  if (packed.length === workspaces.length) problems.push(...(await loadPacked(packed, scratch)))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
for (const problem of problems.sort()) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else console.log(`packages: ${workspaces.length} are fit to publish`)

// Loads packages as a user would have them: unpacked from their tarballs, each door imported, each
// command asked for its help. It finds files that were left out of a tarball.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const TIMEOUT_MS = 60_000

/** @typedef {{ workspace: import('./workspaces.mjs').Workspace, tarball: string }} Packed */

/** @param {Packed} packed @param {string} scratch @returns {Promise<string>} the package's folder */
async function unpack({ workspace, tarball }, scratch) {
  const folder = join(scratch, 'node_modules', workspace.manifest.name)
  mkdirSync(folder, { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1'])
  const nested = join(workspace.path, 'node_modules')
  if (existsSync(nested)) symlinkSync(nested, join(folder, 'node_modules'), 'junction')
  return folder
}

/**
 * @param {readonly Packed[]} packed all packages, since they import each other
 * @param {string} scratch a folder inside the repository, where imports find its node_modules
 * @returns {Promise<string[]>} the problems
 */
export async function loadPacked(packed, scratch) {
  /** @type {string[]} */
  const problems = []
  /** @param {string} what @param {readonly string[]} args */
  const attempt = async (what, args) => {
    try {
      await run(process.execPath, args, { cwd: scratch, timeout: TIMEOUT_MS })
    } catch (error) {
      const { stderr = '', message } = /** @type {any} */ (error)
      problems.push(`${what} fails: ${stderr.trim() || message}`)
    }
  }
  const folders = await Promise.all(packed.map((one) => unpack(one, scratch)))
  for (const [index, { workspace }] of packed.entries()) {
    const { name, exports = {}, bin = {} } = workspace.manifest
    for (const [door, target] of Object.entries(exports)) {
      // A door with conditions is code; one with a plain path is data.
      if (typeof target === 'string') continue
      const specifier = `${name}${door.slice(1)}`
      const load = `await import(${JSON.stringify(specifier)})`
      await attempt(`import('${specifier}')`, ['--input-type=module', '--eval', load])
    }
    for (const file of typeof bin === 'string' ? [bin] : Object.values(bin))
      await attempt(`${file} --help`, [join(folders[index] ?? '', file), '--help'])
  }
  return problems
}

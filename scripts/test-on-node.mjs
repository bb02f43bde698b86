// Runs the tests on another Node version: node scripts/test-on-node.mjs <major> [vitest filter …]
// A copy of the tree as git sees it (ignored files left out) is installed and tested in a temporary
// folder with that version first on PATH. KEEP=1 leaves the folder behind.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { root } from './workspaces.mjs'

const [major, ...filters] = process.argv.slice(2)
if (major === undefined || !/^\d+$/.test(major)) {
  console.error('usage: node scripts/test-on-node.mjs <major> [vitest filter …]')
  process.exit(2)
}

/**
 * @param {string} command @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 */
function run(command, args, { cwd, env = process.env }) {
  const { status, error } = spawnSync(command, args, { cwd, env, stdio: 'inherit' })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${status}`)
}

/** @param {string} to */
function copyTree(to) {
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const { stdout } = spawnSync('git', listed, { cwd: root, maxBuffer: 2 ** 28 })
  for (const file of stdout.toString().split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(to, file)), { recursive: true })
    cpSync(join(root, file), join(to, file), { verbatimSymlinks: true, force: true })
  }
}

/** @param {string} folder @returns {string} the folder that has bin/node and include/node */
function installNode(folder) {
  const name = `node-${process.platform}-${process.arch}`
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', `${name}@${major}`], {
    cwd: folder,
  })
  return join(folder, 'node_modules', name)
}

const scratch = mkdtempSync(join(tmpdir(), `dbal-node${major}-`))
try {
  const node = installNode(join(scratch, 'node'))
  const clone = join(scratch, 'dbal')
  copyTree(clone)
  const env = {
    ...process.env,
    PATH: `${join(node, 'bin')}${delimiter}${process.env['PATH']}`,
    // Native modules are compiled against the headers of the version that will load them.
    npm_config_nodedir: node,
  }
  run('node', ['--version'], { cwd: clone, env })
  run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: clone, env })
  run('npm', ['test', '--', ...filters], { cwd: clone, env })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  if (process.env['KEEP'] === undefined) rmSync(scratch, { recursive: true, force: true })
  else console.error(`left in ${scratch}`)
}

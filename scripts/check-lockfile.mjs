// The lockfiles must install anywhere: they name no registry host, and they list every optional binary
// package, those of other platforms too, because "npm ci" refuses a lockfile that leaves one out.
import { join } from 'node:path'
import { readJson, root } from './workspaces.mjs'

/**
 * @typedef {object} Entry
 * @property {string} [version]
 * @property {string} [resolved]
 * @property {string} [integrity]
 * @property {boolean} [link]
 * @property {boolean} [inBundle]
 * @property {Record<string, string>} [optionalDependencies]
 */

const NODE_MODULES = 'node_modules/'
/** @type {string[]} */
const problems = []
let count = 0

for (const lockfile of ['package-lock.json', 'bench/peers/package-lock.json']) {
  /** @type {Record<string, Entry>} */
  const packages = readJson(join(root, lockfile)).packages
  const installed = new Set(Object.keys(packages).map((path) => path.split(NODE_MODULES).at(-1)))
  count += installed.size
  for (const [path, entry] of Object.entries(packages)) {
    const at = `${lockfile}: ${path}`
    if (path.includes(NODE_MODULES) && entry.link !== true && entry.inBundle !== true) {
      if (entry.resolved !== undefined) problems.push(`${at}: is tied to ${entry.resolved}`)
      if (entry.integrity === undefined) problems.push(`${at}: has no integrity`)
    }
    for (const name of Object.keys(entry.optionalDependencies ?? {}))
      if (!installed.has(name)) problems.push(`${at}: optional dependency ${name} is missing`)
  }
}

for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else console.log(`lockfiles: ${count} packages, none tied to a host or a platform`)

// The lockfile must install anywhere: it names no registry host, and it lists every optional binary
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

/** @type {Record<string, Entry>} */
const packages = readJson(join(root, 'package-lock.json')).packages
const NODE_MODULES = 'node_modules/'
const installed = new Set(Object.keys(packages).map((path) => path.split(NODE_MODULES).at(-1)))
/** @type {string[]} */
const problems = []

for (const [path, entry] of Object.entries(packages)) {
  if (path.includes(NODE_MODULES) && entry.link !== true && entry.inBundle !== true) {
    if (entry.resolved !== undefined) problems.push(`${path}: is tied to ${entry.resolved}`)
    if (entry.integrity === undefined) problems.push(`${path}: has no integrity`)
  }
  for (const name of Object.keys(entry.optionalDependencies ?? {}))
    if (!installed.has(name)) problems.push(`${path}: optional dependency ${name} is missing`)
}

for (const problem of problems) console.error(`package-lock.json: ${problem}`)
if (problems.length > 0) process.exitCode = 1
else console.log(`lockfile: ${installed.size} packages, none tied to a host or a platform`)

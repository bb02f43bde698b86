// The workspaces of this repository with their manifests, read where the root package.json points.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @typedef {Readonly<Record<string, string>>} Versions */
/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {string} [description]
 * @property {string} [license]
 * @property {string} [type]
 * @property {{ node?: string }} [engines]
 * @property {Record<string, string | Record<string, string>>} [exports]
 * @property {string | Record<string, string>} [bin]
 * @property {boolean} [sideEffects]
 * @property {{ access?: string }} [publishConfig]
 * @property {Versions} [dependencies]
 * @property {Versions} [optionalDependencies]
 * @property {Versions} [peerDependencies]
 * @property {Versions} [devDependencies]
 */
/** @typedef {{ readonly folder: string, readonly path: string, readonly manifest: Manifest }} Workspace */

/** The repository's root, an absolute path. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** @param {string} path @returns {any} */
export const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** @param {string} pattern @returns {string[]} */
function expand(pattern) {
  if (basename(pattern) !== '*') return [pattern]
  const parent = dirname(pattern)
  if (!existsSync(join(root, parent))) return []
  return readdirSync(join(root, parent)).map((name) => join(parent, name))
}

/** @returns {Workspace[]} every workspace that has a package.json, sorted by folder */
export function findWorkspaces() {
  /** @type {string[]} */
  const patterns = readJson(join(root, 'package.json')).workspaces
  return patterns
    .flatMap(expand)
    .sort()
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => {
      const path = join(root, folder)
      return { folder, path, manifest: readJson(join(path, 'package.json')) }
    })
}

// Checks that every import in the sources keeps to the table of layers.mjs, goes through a door of
// the other package and is declared in the manifest and in tsconfig.json.
// Cycles between files of one package are the linter's business.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import { ANYTHING, LAYERS, OPTIONAL_PEERS } from './layers.mjs'
import { findWorkspaces, readJson, root } from './workspaces.mjs'

const workspaces = findWorkspaces().filter(({ folder }) => !folder.startsWith('examples'))
const byName = new Map(workspaces.map((workspace) => [workspace.manifest.name, workspace]))
/** @type {string[]} */
const problems = []

/** @typedef {{ from: string, kind: 'value' | 'type' | 'dynamic', line: number, all: boolean }} Import */

/** @param {string} file @returns {Import[]} */
function readImports(file) {
  const text = readFileSync(file, 'utf8')
  /** @type {Import[]} */
  const found = []
  /** @param {any} node @param {Import['kind']} kind @param {boolean} [all] */
  const add = (node, kind, all = false) => {
    if (typeof node.source?.value !== 'string') return
    const line = text.slice(0, node.start).split('\n').length
    found.push({ from: node.source.value, kind, line, all })
  }
  const { program } = parseSync(file, text)
  new Visitor({
    ImportDeclaration: (node) => add(node, node.importKind ?? 'value'),
    ExportNamedDeclaration: (node) => add(node, node.exportKind ?? 'value'),
    ExportAllDeclaration: (node) => add(node, node.exportKind ?? 'value', node.exported === null),
    ImportExpression: (node) => add(node, 'dynamic'),
    TSImportType: (node) => add(node, 'type'),
  }).visit(program)
  return found
}

/** @param {import('./workspaces.mjs').Workspace} importer @param {Import} found */
function checkPackageImport(importer, { from, kind }) {
  const name = from.split('/').slice(0, 2).join('/')
  const target = byName.get(name)
  if (target === undefined) return `"${from}" is no package of this repository`
  if (target === importer) return `imports its own package by name; use a relative path`
  const [self, other] = [basename(importer.folder), basename(target.folder)]
  const door = `.${from.slice(name.length)}`
  if (target.manifest.exports?.[door] === undefined) return `"${from}" is no door of ${name}`

  const allowed = LAYERS[self] ?? []
  const lazily = OPTIONAL_PEERS[self]?.includes(other)
  if (lazily && kind === 'value')
    return `${other} is an optional peer; import it lazily, with import()`
  const typesOfSchema = kind === 'type' && other === 'schema'
  if (!(lazily || typesOfSchema || allowed.includes(ANYTHING) || allowed.includes(other)))
    return `${self} may not import ${other} (it may import: ${allowed.join(', ') || 'nothing'})`

  const { dependencies, peerDependencies } = importer.manifest
  return dependencies?.[name] === undefined && peerDependencies?.[name] === undefined
    ? `${name} is not among the dependencies or peerDependencies of ${importer.folder}/package.json`
    : undefined
}

/** @param {import('./workspaces.mjs').Workspace} workspace @param {string} file @param {Import} found */
function checkImport(workspace, file, found) {
  if (found.all) return `"export *" hides what the package exports; name the exports`
  if (found.from.startsWith('.')) {
    const inside = resolve(dirname(file), found.from).startsWith(join(workspace.path, 'src') + sep)
    return inside ? undefined : `"${found.from}" leaves the package's src; import by package name`
  }
  return found.from.startsWith('@proj/') ? checkPackageImport(workspace, found) : undefined
}

/** @param {string} folder @returns {ReadonlySet<string>} the folders that its tsconfig.json refers to */
function readReferences(folder) {
  const file = join(folder, 'tsconfig.json')
  /** @type {{ path: string }[]} */
  const references = existsSync(file) ? (readJson(file).references ?? []) : []
  return new Set(references.map(({ path }) => resolve(folder, path)))
}

const builtAtRoot = readReferences(root)
let files = 0
for (const workspace of workspaces) {
  const src = join(workspace.path, 'src')
  if (LAYERS[basename(workspace.folder)] === undefined)
    problems.push(`${workspace.folder}: is not in the table of scripts/layers.mjs`)
  if (!existsSync(join(src, 'index.ts'))) problems.push(`${workspace.folder}: has no src/index.ts`)

  if (!builtAtRoot.has(workspace.path))
    problems.push(`tsconfig.json: no reference to ${workspace.folder}`)
  const built = readReferences(workspace.path)
  for (const name of Object.keys(workspace.manifest.dependencies ?? {})) {
    const target = byName.get(name)
    if (target !== undefined && !built.has(target.path))
      problems.push(`${workspace.folder}/tsconfig.json: no reference to ${target.folder}`)
  }

  for (const entry of existsSync(src) ? readdirSync(src, { recursive: true }) : []) {
    const file = join(src, entry.toString())
    if (!file.endsWith('.ts')) continue
    files += 1
    if (basename(file) === 'index.ts' && dirname(file) !== src)
      problems.push(`${relative(root, file)}: only src/index.ts may be named index.ts`)
    for (const found of readImports(file)) {
      const problem = checkImport(workspace, file, found)
      if (problem !== undefined) problems.push(`${relative(root, file)}:${found.line}: ${problem}`)
    }
  }
}

if (files === 0) problems.push('no source file was found')
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else console.log(`layers: ${files} files of ${workspaces.length} packages keep to the table`)

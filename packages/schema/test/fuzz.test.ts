// Whatever is done to a workspace, the loader answers with diagnostics: it neither throws nor hangs, and its places exist.
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileWorkspace, formatDiagnostics, loadWorkspace } from '../src/index.ts'

const { files } = await loadWorkspace(fileURLToPath(new URL('../reference/', import.meta.url)))

const SNIPPETS = [
  '[',
  '{',
  '}',
  ': ',
  '- ',
  '\n',
  '\t',
  '"',
  "'",
  '&a ',
  '*a',
  '!!x ',
  '<<: ',
  '---\n',
  '%',
  '@',
  '|',
  '>',
  '#',
  '\0',
  '\uFEFF',
  'null',
  'true',
  '1e999',
  '-1',
  '__proto__',
  'constructor',
  '🙂',
  '\r\n',
  ', ',
  'type: ',
  'primary: true',
  '$user.',
  ' AND ',
  '(',
]

const mutation = fc.record({
  file: fc.nat(files.length - 1),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.oneof(fc.constant(0), fc.nat(40)),
  put: fc.oneof(
    fc.constant(''),
    fc.constantFrom(...SNIPPETS),
    fc.string({ unit: 'binary', maxLength: 8 }),
  ),
})

test('mutated workspaces', () => {
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), (mutations) => {
      const texts = files.map(({ path, text }) => ({ path, text }))
      for (const { file, at, cut, put } of mutations) {
        const one = texts[file]
        if (one === undefined) continue
        const start = Math.floor(at * one.text.length)
        one.text = one.text.slice(0, start) + put + one.text.slice(start + cut)
      }
      const { model, diagnostics, files: read } = compileWorkspace(texts)
      expect(model === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'))
      for (const { file, line, column } of diagnostics) {
        const source = read.find(({ path }) => path === file)?.text.split('\n') ?? []
        expect(line).toBeGreaterThan(0)
        expect(line).toBeLessThanOrEqual(source.length)
        expect(column).toBeGreaterThan(0)
        expect(column).toBeLessThanOrEqual((source[line - 1] ?? '').length + 1)
      }
      for (const format of ['pretty', 'github', 'json'] as const)
        expect(typeof formatDiagnostics(diagnostics, read, { format })).toBe('string')
    }),
    { numRuns: 60 },
  )
})

test('arbitrary values in arbitrary places', () => {
  const places = [
    'entities/a.yaml',
    'operations/a.ops.yaml',
    'policies/a.yaml',
    'seeds/a.yaml',
    'roles.yaml',
    'errors.yaml',
    'capabilities.yaml',
  ]
  const key = fc.constantFrom(
    'entity',
    'fields',
    'id',
    'type',
    'operations',
    'input',
    'required',
    'acl',
    'read',
    'self',
    'role',
    'rules',
    'records',
    'roles',
    'inherits',
    'claims',
    'indexes',
    'foreign_key',
    'default',
    'values',
    'adapters',
    'features',
    'error_codes',
    'constraints',
    'check',
    'primary_key',
    'security',
    'ttl',
    'a',
  )
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 5 },
      tie('leaf'),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(key, tie('any'), { maxKeys: 5 }),
    ),
    leaf: fc.oneof(
      fc.constantFrom('User', 'A', 'uuid', 'enum', 'a = 1', '$user.id', '', 'true', 'id'),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    ),
  })).any
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...places), value), { maxLength: 5 }),
      (documents) => {
        const texts = documents.map(([path, document]) => ({
          path,
          text: JSON.stringify(document),
        }))
        expect(Array.isArray(compileWorkspace(texts).diagnostics)).toBe(true)
      },
    ),
    { numRuns: 400 },
  )
})

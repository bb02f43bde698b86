// What a loader meets in the wild: broken, hostile and merely odd files. Nothing throws, and nothing hangs.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { compileWorkspace, loadWorkspace } from '../src/index.ts'
import { BASE, brief, compileTexts, readMarks } from './marked-workspace.ts'

const USER = BASE['entities/user.yaml'] ?? ''

describe('texts', () => {
  test('several YAML errors of one file, and the faults of the others', () => {
    const { diagnostics } = compileTexts({
      'roles.yaml': 'roles: [@a]\nclaims: { x: %b }\n',
      'errors.yaml': 'eror_codes: {}\n',
    })
    expect(diagnostics.map(({ code }) => code)).toEqual([
      'unknown-key',
      'yaml-syntax',
      'yaml-syntax',
    ])
  })

  test('an entity that could not be read is no unknown entity', () => {
    const { diagnostics } = compileTexts({
      'entities/broken.yaml': 'entity: Broken\nfields: { a: [ }\n',
      'entities/doc.yaml':
        'entity: Doc\nfields:\n  id: { type: uuid, primary: true }\n  b: { type: uuid, foreign_key: { entity: Broken } }\n',
      'policies/p.yaml': 'rules: [{ entity: Broken, operations: [read], role: [user] }]\n',
    })
    expect(new Set(diagnostics.map(({ file }) => file))).toEqual(new Set(['entities/broken.yaml']))
  })

  test('an alias bomb is refused', () => {
    // Unfolded it would be 9³⁰ values: a test that ends has not done so.
    const bomb = Array.from({ length: 30 }, (_, step) => {
      const one = step === 0 ? 'x' : `*a${step - 1}`
      return `  a${step}: &a${step} [${Array(9).fill(one).join(', ')}]`
    })
    const { diagnostics } = compileTexts({
      'errors.yaml': `error_handling:\n logging:\n${bomb.join('\n')}\n`,
    })
    expect(diagnostics.map(({ code }) => code)).toContain('alias-bomb')
  })

  test('anchors, aliases and merge keys work', () => {
    const { model, diagnostics } = compileTexts({
      'entities/doc.yaml': `entity: Doc
fields:
  id: { type: uuid, primary: true }
  a: &short { type: string, max_length: 10 }
  b: *short
  c: { <<: *short, required: true }
`,
    })
    expect(diagnostics).toEqual([])
    const fields = model?.entities.get('Doc')?.fields
    expect(fields?.get('b')?.maxLength).toBe(10)
    expect(fields?.get('c')).toMatchObject({ maxLength: 10, required: true })
  })

  test.each([
    ['brackets', `a: ${'['.repeat(100_000)}`],
    ['dashes', '- '.repeat(50_000)],
    ['indentation', Array.from({ length: 1000 }, (_, step) => `${' '.repeat(step)}a:`).join('\n')],
    ['moderate depth', `a: ${'['.repeat(80)}${']'.repeat(80)}`],
  ])('deep nesting by %s is refused', (_what, text) => {
    const { diagnostics } = compileTexts({ 'errors.yaml': text })
    expect(diagnostics.map(({ code }) => code)).toContain('too-deep')
  })

  test('a file beyond the limit is not parsed', () => {
    const { diagnostics } = compileTexts({ 'errors.yaml': `# ${'x'.repeat(1024 * 1024)}\n@` })
    expect(diagnostics.map(({ code }) => code)).toEqual(['file-too-large'])
  })

  test('a NUL byte is pointed at', () => {
    const { diagnostics } = compileTexts({ 'errors.yaml': 'error_codes: {}\n# a\0b\n' })
    expect(diagnostics.map(brief)).toEqual([
      'errors.yaml:2:4 error control-character a control character (U+0000) is not text',
    ])
  })

  test('a byte order mark moves nothing', () => {
    const { diagnostics } = compileTexts({ 'roles.yaml': '\uFEFFrols: []\n' })
    expect(diagnostics[0]).toMatchObject({ code: 'unknown-key', line: 1, column: 1 })
  })

  test('LF and CR LF files give the same model and the same places', () => {
    const lf = { 'entities/user.yaml': USER }
    const crlf = { 'entities/user.yaml': USER.replaceAll('\n', '\r\n') }
    expect(compileTexts(crlf).model?.hash).toBe(compileTexts(lf).model?.hash)
    const faulty = (text: string): unknown =>
      compileTexts({ 'entities/user.yaml': text.replace('unique', 'uniqe') }).diagnostics
    expect(faulty(USER.replaceAll('\n', '\r\n'))).toEqual(faulty(USER))
  })

  test('empty documents, comments and a trailing separator are nothing', () => {
    const text = `---\n# nothing\n---\n${USER}---\n...\n`
    expect(compileTexts({ 'entities/user.yaml': text, 'roles.yaml': '' }).diagnostics).toEqual([])
  })

  test('positions in a later document count from the start of the file', () => {
    const text = `${USER}---\nentity: Doc\nfields:\n  id: { typ: uuid }\n`
    const { diagnostics } = compileTexts({ 'entities/user.yaml': text })
    expect(diagnostics.map(({ code, line, column }) => [code, line, column])).toEqual([
      ['no-primary-key', 7, 9],
      ['missing-key', 9, 3],
      ['unknown-key', 9, 9],
    ])
  })

  test.each([
    ['plain', "t = 'a' AND ⟦nope⟧ = 1"],
    ['single quotes', "'t = ''a'' AND ⟦nope⟧ = 1'"],
    ['double quotes', '"t = \\x27a\\u0027 AND\\t⟦nope⟧ = 1"'],
    ['double quotes over lines', '"t = \'a\'\n      AND ⟦nope⟧ = 1"'],
    ['literal', "|-\n      t = 'a'\n        AND ⟦nope⟧ = 1"],
    ['folded', ">\n      t = 'a' AND\n\n      ⟦nope⟧ = 1"],
    ['plain over lines', "t = 'a' AND\n      ⟦nope⟧ = 1"],
  ])('a place inside a predicate: %s', (_style, predicate) => {
    const { files, places } = readMarks({
      'entities/doc.yaml': `entity: Doc
fields:
  id: { type: uuid, primary: true }
  t: { type: string }
constraints:
  - name: c
    check: ${predicate}
`,
    })
    for (const crlf of [false, true]) {
      const texts = files.map(({ path, text }) => ({
        path,
        text: crlf ? text.replaceAll('\n', '\r\n') : text,
      }))
      const { diagnostics } = compileWorkspace(texts)
      expect(diagnostics.map(({ code }) => code)).toEqual(['unknown-field'])
      expect(diagnostics[0]).toMatchObject(places[0] ?? {})
    }
  })

  test('names out of Object.prototype are names', () => {
    const { model, diagnostics } = compileTexts({
      'entities/doc.yaml': `entity: Constructor
fields:
  id: { type: uuid, primary: true }
  valueOf: { type: string }
  toString: { type: string }
  hasOwnProperty: { type: string }
`,
      'seeds/a.yaml':
        'entity: Constructor\nrecords:\n  - { id: 00000000-0000-7000-8000-000000000001, valueOf: a, toString: b }\n',
    })
    expect(diagnostics).toEqual([])
    expect([...(model?.entities.get('Constructor')?.fields.keys() ?? [])]).toEqual([
      'id',
      'valueOf',
      'toString',
      'hasOwnProperty',
    ])
    expect(Object.keys(model?.seeds[0]?.records[0] ?? {})).toEqual(['id', 'valueOf', 'toString'])
  })

  test('words that are reserved somewhere are legal names', () => {
    const words = [
      'order',
      'from',
      'read',
      'entity',
      'action',
      'select',
      'class',
      'group',
      'then',
      'delete',
      'function',
    ]
    const fields = words.map((word) => `  ${word}: { type: string, index: true }`).join('\n')
    const { diagnostics } = compileTexts({
      'entities/doc.yaml': `entity: Order\nfields:\n  id: { type: uuid, primary: true }\n${fields}\n`,
      'entities/select.yaml': 'entity: Select\nfields: { id: { type: uuid, primary: true } }\n',
    })
    expect(diagnostics).toEqual([])
  })

  test('faults of one entity do not hide those of another part of it', () => {
    const { diagnostics } = compileTexts({
      'entities/doc.yaml': `entity: doc
nope: 1
fields:
  id: { type: uuid, primary: true, nope: 1 }
  a: { type: strng, min_length: x }
  a: { type: integer, min: 5, max: 1 }
indexes:
  - { fields: [b] }
acl:
  read: { nobody: true, row_level: c = 1 }
operations:
  go: { nope: 1, output: Nope }
`,
    })
    expect(diagnostics.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual([
      '1:9 bad-entity-name',
      '2:1 unknown-key',
      '4:36 unknown-key',
      '5:14 unknown-type',
      '5:33 wrong-type',
      '6:3 duplicate-key',
      '6:28 min-above-max',
      '8:16 unknown-field',
      '10:11 unknown-role',
      '10:36 unknown-field',
      '12:9 unknown-key',
      '12:26 unknown-entity',
    ])
  })

  test('no files at all', () => {
    expect(compileWorkspace([]).diagnostics.map(({ code }) => code)).toEqual(['no-entities'])
  })

  test('a file of a misspelt name is mentioned', () => {
    const { diagnostics, model } = compileTexts({
      'role.yaml': 'x: 1\n',
      'entites/a.yaml': 'x: 1\n',
      'other.yaml': '[',
    })
    expect(diagnostics.map(({ code, severity, hint }) => [code, severity, hint])).toEqual([
      ['unknown-file', 'warning', 'did you mean `entities/`?'],
      ['unknown-file', 'warning', 'did you mean `roles.yaml`?'],
    ])
    expect(model).toBeDefined()
  })
})

describe('the disk', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dbal-schema-'))
    await mkdir(join(folder, 'entities', 'deep', 'er'), { recursive: true })
    await writeFile(join(folder, 'entities', 'deep', 'er', 'user.yml'), USER)
  })
  afterEach(() => rm(folder, { recursive: true }))

  test('sub-folders, .yml, and files that are no YAML', async () => {
    await writeFile(join(folder, 'entities', 'README.md'), '# [')
    await writeFile(join(folder, 'entities', '.hidden.yaml'), '[')
    const { model, diagnostics, files } = await loadWorkspace(folder)
    expect(diagnostics).toEqual([])
    expect(files.map(({ path }) => path)).toEqual(['entities/deep/er/user.yml'])
    expect([...(model?.entities.keys() ?? [])]).toEqual(['User'])
  })

  test('a missing folder', async () => {
    const { diagnostics, model } = await loadWorkspace(join(folder, 'nope'))
    expect(diagnostics.map(({ code }) => code)).toEqual(['no-workspace'])
    expect(model).toBeUndefined()
  })

  test('a folder without entities', async () => {
    await rm(join(folder, 'entities'), { recursive: true })
    expect((await loadWorkspace(folder)).diagnostics.map(({ code }) => code)).toEqual([
      'no-entities',
    ])
  })

  test('links that go round in circles', async () => {
    await symlink('..', join(folder, 'entities', 'deep', 'up'))
    await symlink('.', join(folder, 'entities', 'here'))
    const { diagnostics, files } = await loadWorkspace(folder)
    expect(diagnostics).toEqual([])
    expect(files).toHaveLength(1)
  })

  test('a link that leads nowhere, and a file that is not UTF-8', async () => {
    await symlink('nowhere', join(folder, 'entities', 'a.yaml'))
    await writeFile(join(folder, 'roles.yaml'), Buffer.from([0x72, 0xff, 0xfe]))
    expect((await loadWorkspace(folder)).diagnostics.map(({ file, code }) => [file, code])).toEqual(
      [
        ['entities/a.yaml', 'unreadable'],
        ['roles.yaml', 'not-utf8'],
      ],
    )
  })

  test('a file of ten megabytes', async () => {
    await writeFile(join(folder, 'errors.yaml'), 'x'.repeat(10 * 1024 * 1024))
    expect((await loadWorkspace(folder)).diagnostics.map(({ code }) => code)).toEqual([
      'file-too-large',
    ])
  })
})

// The JSON Schemas that editors use and the loader checks with.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { readDocuments } from '../src/index.ts'
import { FIELD_TYPES, findFieldType } from '../src/values/field-type.ts'

const folder = fileURLToPath(new URL('../schemas/', import.meta.url))
const names = readdirSync(folder)

type Part = { readonly [key: string]: unknown }

function read(name: string): Part {
  return JSON.parse(readFileSync(`${folder}${name}`, 'utf8')) as Part
}

/** Every schema under a schema, with the path to it. */
function* parts(schema: unknown, path: string): Generator<[string, Part]> {
  if (typeof schema !== 'object' || schema === null) return
  if (!Array.isArray(schema)) yield [path, schema as Part]
  for (const [key, part] of Object.entries(schema)) yield* parts(part, `${path}/${key}`)
}

test('one for each kind of file', () => {
  expect(names).toEqual(
    [
      'api-keys',
      'capabilities',
      'config',
      'conformance',
      'entity',
      'errors',
      'operations',
      'policies',
      'policy-cases',
      'roles',
      'seeds',
    ].map((name) => `${name}.schema.json`),
  )
})

test.each(names)('%s is a draft-07 schema in which each key is explained', (name) => {
  const schema = read(name)
  const ajv = new Ajv({
    strict: true,
    allowUnionTypes: true,
    strictTypes: false,
    strictRequired: false,
  })
  expect(() => ajv.compile(schema)).not.toThrow()
  const silent = [...parts(schema, '')].flatMap(([path, part]) => {
    if (!/\/properties\/[^/]+$/.test(path) || path.endsWith('/properties/properties')) return []
    return typeof part['description'] === 'string' || part['$ref'] !== undefined ? [] : [path]
  })
  expect(silent).toEqual([])
})

test('the field types of the schema are those of the loader', () => {
  const found = [...parts(read('entity.schema.json'), '')]
  const type = found.find(([path]) => path === '/definitions/field/properties/type')?.[1]
  const words = type?.['enum'] as readonly string[]
  expect(words.every((word) => findFieldType(word) !== undefined)).toBe(true)
  expect(new Set(words.map(findFieldType))).toEqual(new Set(FIELD_TYPES))
})

test('definitions that two schemas share are the same', () => {
  const definition = (name: string, key: string): unknown =>
    (read(name)['definitions'] as Part)[key]
  for (const key of ['input', 'operation', 'operations'])
    expect(definition('operations.schema.json', key)).toEqual(definition('entity.schema.json', key))
})

test('a file of vectors is read by itself, with its places', () => {
  const text = `- name: A user signs up
  as: { role: admin }
  operations:
    - { action: create, entity: User, input: { username: ada }, expected: { status: success } }
    - { action: read, entity: User, expectd: { status: error } }
`
  const { documents, diagnostics } = readDocuments({ path: 'cases/a.yaml', text }, 'conformance')
  expect(diagnostics.map(({ code, line, column }) => [code, line, column])).toEqual([
    ['missing-key', 5, 7],
    ['unknown-key', 5, 37],
  ])
  const [document] = documents
  expect(document?.at([0, 'operations', 0, 'input', 'username'])).toMatchObject({
    line: 4,
    column: 58,
  })
  expect(document?.at([0, 'as'], 'key')).toMatchObject({ line: 2, column: 3 })
})

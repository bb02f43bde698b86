// One fault neither hides another nor makes one up.
import { describe, expect, test } from 'vitest'
import { compileTexts } from './marked-workspace.ts'

function places(texts: Readonly<Record<string, string>>): string[] {
  return compileTexts(texts).diagnostics.map(
    ({ file, line, column, code }) => `${file.replace('entities/', '')}:${line}:${column} ${code}`,
  )
}

const ID = 'id: { type: uuid, primary: true, generated: true }'

describe('a field of an unknown type', () => {
  const UNTYPED = `entity: Odd
fields: { ${ID}, rank: { type: intger } }
constraints: [{ name: low, check: "rank < 'x'" }]
acl: { read: { public: true, row_level: "rank = 'x' AND id = 5" } }
`

  test('says nothing about a field of another entity that is called so', () => {
    const found = places({
      'entities/odd.yaml': UNTYPED,
      'entities/other.yaml': `entity: Other
fields: { ${ID}, rank: { type: integer } }
constraints: [{ name: low, check: "rank < 'x'" }]
acl: { read: { public: true, row_level: "rank = 'x'" } }
`,
    })
    expect(found).toEqual([
      'odd.yaml:2:77 unknown-type',
      'odd.yaml:4:57 type-mismatch',
      'other.yaml:3:36 type-mismatch',
      'other.yaml:4:42 type-mismatch',
    ])
  })

  test('is reached over a relation, by before, by a selection and by a preset', () => {
    const found = places({
      'entities/odd.yaml': UNTYPED,
      'entities/other.yaml': `entity: Other
fields: { ${ID}, oddId: { type: uuid, foreign_key: { entity: Odd } } }
acl:
  read:
    public: true
    row_level: "odd.rank = 'x' AND oddId IN (SELECT rank FROM Odd WHERE rank = 7)"
`,
      'policies/p.yaml': `rules:
  - { entity: Odd, operations: [update], role: [user], check: "rank = before(rank)", set: { rank: 7 } }
`,
    })
    expect(found).toEqual(['odd.yaml:2:77 unknown-type', 'odd.yaml:4:57 type-mismatch'])
  })

  test('as the key of the user entity is compared with no owner', () => {
    const found = places({
      'entities/user.yaml': 'entity: User\nfields: { id: { type: uid, primary: true } }\n',
      'entities/note.yaml': `entity: Note
owner: writer
fields: { ${ID}, writer: { type: uuid } }
acl: { read: { self: true } }
`,
    })
    expect(found).toEqual(['user.yaml:2:23 unknown-type'])
  })
})

describe('a primary key said twice', () => {
  const doc = (fields: string, key: string): Readonly<Record<string, string>> => ({
    'entities/doc.yaml': `entity: Doc\nprimary_key: ${key}\nfields:\n  ${fields}\n`,
  })

  test.each([
    ['a: { type: uuid, primary: true }', '[a]'],
    ['a: { type: uuid, primary: true }\n  b: { type: uuid, primary: true }', '[b, a]'],
    ['a: { type: uuid }\n  b: { type: uuid }', '[a, b]'],
  ])('may agree: %j, %s', (fields, key) => {
    expect(places(doc(fields, key))).toEqual([])
  })

  test.each([
    ['a: { type: uuid, primary: true }\n  b: { type: uuid }', '[a, b]', ['4:3 second-primary-key']],
    ['a: { type: uuid, primary: true }\n  b: { type: uuid }', '[b]', ['4:3 second-primary-key']],
    ['a: { type: uuid, primary: false }', '[a]', ['4:20 not-applicable']],
    [
      'a: { type: uuid, primary: true }\n  b: { type: uuid, primary: true }',
      '[a]',
      ['5:3 second-primary-key'],
    ],
  ])('may not disagree: %j, %s', (fields, key, expected) => {
    expect(places(doc(fields, key))).toEqual(expected.map((place) => `doc.yaml:${place}`))
  })

  test('is no json value', () => {
    expect(places(doc('a: { type: json }\n  b: { type: uuid }', '[a, b]'))).toEqual([
      'doc.yaml:2:15 not-applicable',
    ])
  })
})

describe('a key that stands twice', () => {
  test('is no primary key that is missing, whichever has it', () => {
    const fields = [`  ${ID}`, '  id: { type: uuid }']
    for (const lines of [fields, fields.toReversed()])
      expect(
        places({ 'entities/doc.yaml': `entity: Doc\nfields:\n${lines.join('\n')}\n` }),
      ).toEqual(['doc.yaml:4:3 duplicate-key'])
  })

  test('leaves what points at either of them alone, and what is wrong in either', () => {
    const found = places({
      'entities/doc.yaml': `entity: Doc
fields:
  ${ID}
  a: { type: string, min_length: 9, max_length: 1 }
fields:
  ${ID}
  b: { type: strng }
indexes:
  - { fields: [a] }
  - { fields: [b] }
  - { fields: [c] }
`,
      'entities/other.yaml': `entity: Other
fields: { ${ID}, docId: { type: uuid, foreign_key: { entity: Doc } } }
acl: { read: { public: true, row_level: "doc.a = 'x'" } }
`,
    })
    expect(found).toEqual([
      'doc.yaml:4:34 min-above-max',
      'doc.yaml:5:1 duplicate-key',
      'doc.yaml:7:14 unknown-type',
      'doc.yaml:11:16 unknown-field',
    ])
  })

  test('in operations and policies hides nothing', () => {
    const found = places({
      'operations/user.ops.yaml':
        'operations:\n  go: { output: Nope }\n  go: { output: Neither }\n',
      'policies/p.yaml':
        'rules: [{ entity: Nope, operations: [read] }]\nrules: [{ entity: Neither, operations: [read] }]\n',
    })
    expect(found).toEqual([
      'operations/user.ops.yaml:2:17 unknown-entity',
      'operations/user.ops.yaml:3:3 duplicate-key',
      'operations/user.ops.yaml:3:17 unknown-entity',
      'policies/p.yaml:1:19 unknown-entity',
      'policies/p.yaml:2:1 duplicate-key',
      'policies/p.yaml:2:19 unknown-entity',
    ])
  })
})

describe('a tab that indents', () => {
  test('hides no fault before or after it, in whatever width it was meant', () => {
    for (const unit of ['  ', '    ', '        ']) {
      const text = `entity: Doc
fields:
${unit}${ID}
\ta: { type: strng }
${unit}b: { type: uuid, nope: 1 }
constraints:
${unit}- name: c
${unit}  check: "b = 5"
`
      expect(places({ 'entities/doc.yaml': text })).toEqual([
        'doc.yaml:4:1 tab-indent',
        'doc.yaml:4:13 unknown-type',
        `doc.yaml:5:${unit.length + 18} unknown-key`,
        `doc.yaml:8:${unit.length + 11} type-mismatch`,
      ])
    }
  })

  test('everywhere is said for each line, with the places of the file', () => {
    const text = `entity: Doc\nfields:\n\tid:\n\t\ttype: uuid\n\t\tprimary: true\n\tb:\n\t\ttype: strng\nconstraints:\n\t- name: c\n\t\tcheck: "id = 5"\n`
    const found = places({ 'entities/doc.yaml': text })
    expect(found.filter((place) => !place.endsWith('tab-indent'))).toEqual([
      'doc.yaml:7:9 unknown-type',
      'doc.yaml:10:11 type-mismatch',
    ])
  })
})

describe('an alias bomb', () => {
  test('over many blocks is said once', () => {
    const blocks = Array.from({ length: 400 }, (_, n) => `  c${n}: *base`)
    const found = places({
      'errors.yaml': `error_handling:\n  logging: &base [${Array(50).fill('x').join(', ')}]\nerror_codes:\n${blocks.join('\n')}\n`,
    })
    expect(found.filter((place) => place.endsWith('alias-bomb'))).toHaveLength(1)
  })

  test('over many documents is refused', () => {
    const list = Array(100).fill('x').join(', ')
    const one = `a: &a [${list}]\nb: [${Array(15).fill('*a').join(', ')}]\n`
    const found = places({ 'errors.yaml': Array(100).fill(one).join('---\n') })
    expect(found.filter((place) => place.endsWith('alias-bomb'))).toHaveLength(1)
  })
})

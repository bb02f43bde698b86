import { decodeValue } from '@proj/dbal-contract'
import { describe, expect, it } from 'vitest'
import { exampleValue } from '../src/emit/example/example-value.ts'
import { samplePattern } from '../src/emit/example/sample-pattern.ts'
import { DOMAINS, loadDomain } from './load-domain.ts'

describe.each(DOMAINS)('%s', (domain) => {
  it('has examples that the field itself accepts from the wire', async () => {
    for (const entity of (await loadDomain(domain)).entities.values()) {
      for (const field of entity.fields.values()) {
        const example = exampleValue(field)
        if (example === undefined) continue
        const { ok } = decodeValue(field, example.wire)
        expect(ok, `${entity.name}.${field.name}: ${example.code}`).toBe(true)
      }
    }
  })
})

it.each([
  ['^[a-z0-9-]+$', 'example'],
  ['^97[89][0-9]{10}$', '9781234567891'],
  ['^[A-Z]{2}\\d{6}$', 'AB123456'],
  ['^#[a-z]+$', '#example'],
  ['^a\\.b?$', 'a.b'],
])('%s is matched by %s', (pattern, text) => {
  expect(samplePattern(pattern, 0, 255)).toBe(text)
})

it('finds none rather than a wrong one', () => {
  expect(samplePattern('^(?=x)(y|z){3}$', 0, 255)).toBeUndefined()
  expect(samplePattern('^[0-9]{4}$', 0, 3)).toBeUndefined()
})

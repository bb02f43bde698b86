import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldAscii, matchText } from '../src/predicate/match-text.ts'

describe('matchText', () => {
  it.each([
    ['like', 'abc', 'a%', true],
    ['like', 'abc', 'a_c', true],
    ['like', 'a👍c', 'a_c', true],
    ['like', 'abc', 'A%', false],
    ['like', 'abc', '%', true],
    ['like', '', '%', true],
    ['like', '', '_', false],
    ['like', 'a%c', 'a\\%c', true],
    ['like', 'abc', 'a\\%c', false],
    ['like', 'a_c', 'a\\_c', true],
    ['like', 'a\\c', 'a\\\\c', true],
    ['like', 'abc', '\\a\\b\\c', true],
    ['like', 'a\\', 'a\\', true],
    ['like', 'a\nb', 'a%b', true],
    ['like', 'a.c', 'a.c', true],
    ['like', 'abc', 'a.c', false],
    ['like', 'abab', '%ab', true],
    ['contains', 'a%b_c\\d', '%b_c\\', true],
    ['contains', 'abc', '%', false],
    ['contains', 'abc', '', true],
    ['startsWith', '[a]*', '[a]', true],
    ['endsWith', 'abc', 'BC', false],
  ] as const)('%s %j %j is %j', (op, text, wanted, expected) => {
    expect(matchText(op, text, wanted, false)).toBe(expected)
  })

  it('folds ASCII letters and nothing else', () => {
    expect(foldAscii('AZaz ÄÉ \u0130 \u212a')).toBe('azaz ÄÉ \u0130 \u212a')
    expect(matchText('like', 'ADA', 'a_a', true)).toBe(true)
    expect(matchText('contains', 'Straße É', 'STRASSE', true)).toBe(false)
    expect(matchText('endsWith', 'É', 'é', true)).toBe(false)
  })

  it('agrees with the regular expression a pattern stands for', () => {
    const unit = fc.constantFrom('a', 'b', '%', '_', '👍')
    const text = fc.string({ unit, maxLength: 8 })
    fc.assert(
      fc.property(text, text, (value, pattern) => {
        const source = [...pattern].map((c) => (c === '%' ? '.*' : c === '_' ? '.' : c)).join('')
        expect(matchText('like', value, pattern, false)).toBe(
          new RegExp(`^${source}$`, 'su').test(value),
        )
      }),
    )
  })

  it('does not backtrack without end', () => {
    const text = 'a'.repeat(3000)
    expect(matchText('like', text, `${'%a'.repeat(1000)}%b`, false)).toBe(false)
  })
})

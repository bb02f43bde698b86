import { expect, test } from 'vitest'
import { suggest } from '../src/index.ts'
import { camelCase, pascalCase, snakeCase } from '../src/naming/camel-case.ts'
import { accessorName, tableName } from '../src/naming/plural-name.ts'
import { findPatternDanger } from '../src/values/check-pattern.ts'
import { compareDecimals } from '../src/values/decimal.ts'

test.each([
  ['created_at', 'createdAt'],
  ['createdAt', 'createdAt'],
  ['IRCChannel', 'ircChannel'],
  ['URL', 'url'],
  ['MAX_SIZE', 'maxSize'],
  ['userID', 'userID'],
  ['OAuthToken', 'oAuthToken'],
  ['address_2', 'address2'],
  ['_id', 'id'],
  ['x', 'x'],
])('camelCase %s', (word, expected) => {
  expect(camelCase(word)).toBe(expected)
  expect(camelCase(camelCase(word))).toBe(expected)
})

test.each([
  ['ComponentNode', 'component_node', 'componentNodes', 'component_nodes'],
  ['IRCMembership', 'irc_membership', 'ircMemberships', 'irc_memberships'],
  ['Person', 'person', 'people', 'people'],
  ['Category', 'category', 'categories', 'categories'],
  ['News', 'news', 'news', 'news'],
])('%s: snake, accessor, table', (word, snake, accessor, table) => {
  expect(snakeCase(word)).toBe(snake)
  expect(accessorName(word)).toBe(accessor)
  expect(tableName(word)).toBe(table)
  expect(pascalCase(snake).toLowerCase()).toBe(word.toLowerCase())
})

test.each([
  ['requird', ['required', 'references'], 'required'],
  ['ownrId', ['ownerId', 'id'], 'ownerId'],
  ['created_at', ['createdAt', 'updatedAt'], 'createdAt'],
  ['raed', ['create', 'read'], 'read'],
  ['zzz', ['create', 'read'], undefined],
  ['read', ['read'], undefined],
  ['', ['a'], undefined],
])('suggest %s', (word, candidates, expected) => {
  expect(suggest(word, candidates)).toBe(expected)
})

test.each([
  ['^[a-z]+$', 255, true],
  ['^[a-z0-9]+(?:-[a-z0-9]+)*$', 255, true],
  ['^(?=.*[A-Z])(?=.*\\d).{8,}$', 255, true],
  ['^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$', 255, true],
  ['^(\\d{1,3}\\.){3}\\d{1,3}$', 255, true],
  ['^(a+)+$', 255, false],
  ['(a|a)*b', 255, false],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', 255, false],
  ['^(\\w+\\s?)*$', 255, false],
  [`${'a?'.repeat(30)}${'a'.repeat(30)}`, 255, false],
  ['^a*a*a*a*a*b$', 255, false],
  // Quadratic: harmless on a name, not on a text.
  ['\\s+$', 255, true],
  ['\\s+$', 1024 * 1024, false],
])('pattern %s on %d characters is safe: %s', (pattern, length, safe) => {
  expect(findPatternDanger(pattern, length) === undefined).toBe(safe)
})

test('decimals compare exactly', () => {
  expect(compareDecimals('0.1', '0.10')).toBe(0)
  expect(compareDecimals('-0', '0')).toBe(0)
  expect(compareDecimals('9007199254740993.1', '9007199254740993.2')).toBe(-1)
  expect(compareDecimals('-2', '-10')).toBe(1)
})

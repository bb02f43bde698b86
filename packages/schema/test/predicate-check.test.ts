import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPredicate, type PredicateScope } from '../src/predicate/check-predicate.ts'
import { MAX_PREDICATE_DEPTH, MAX_PREDICATE_LENGTH } from '../src/predicate/parse-predicate.ts'
import type { RulePredicate } from '../src/predicate/predicate.ts'
import { printPredicate } from '../src/predicate/print-predicate.ts'
import { checkScope, claims, entities, pageScope } from './predicate-fixture.ts'

const ID = '0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000'

function read(text: string, scope: PredicateScope = checkScope): RulePredicate {
  const { predicate, problems } = checkPredicate(text, scope)
  expect(problems, text).toEqual([])
  return predicate!
}

/** `code «the text it points at»` of every problem. */
function faults(text: string, scope: PredicateScope = pageScope): string[] {
  const { predicate, problems } = checkPredicate(text, scope)
  expect(predicate, text).toBeUndefined()
  return problems.map(
    ({ code, offset, length }) => `${code} «${text.slice(offset, offset + length)}»`,
  )
}

describe('what the language says', () => {
  it.each([
    ['comparisons', 'level = 1', 'level = 1'],
    ['==', 'level == 1', 'level = 1'],
    ['<>', 'level <> 1', 'level != 1'],
    ['orders', 'level < 1 AND level <= 2 AND level > 3 AND level >= 4', undefined],
    ['keywords in any case', 'level = 1 and not level = 2 Or level is Null', undefined],
    [
      'symbols',
      '!level = 1 && level = 2 || level = 3',
      '(NOT level = 1 AND level = 2) OR level = 3',
    ],
    ['AND before OR', 'level = 1 OR level = 2 AND level = 3', undefined],
    ['parentheses', '(level = 1 OR level = 2) AND level = 3', undefined],
    [
      'nesting goes',
      'level = 1 AND (level = 2 AND level = 3)',
      'level = 1 AND level = 2 AND level = 3',
    ],
    ['NOT before AND', 'NOT level = 1 AND level = 2', undefined],
    ['NOT of a group', 'NOT (level = 1 AND level = 2)', undefined],
    ['negative numbers', 'level > -3', undefined],
    ['bigints', 'views = 9007199254740993', undefined],
    ['digits in quotes', "views = '9007199254740993'", 'views = 9007199254740993'],
    ['decimals', "price = 0.10 OR price = '12.50'", 'price = 0.1 OR price = 12.5'],
    ['floats', 'weight < 1.5e3', 'weight < 1500'],
    ['numbers across types', 'level < views AND weight > price', undefined],
    ['double quotes', 'title = "a"', "title = 'a'"],
    ['doubled quotes', "title = 'it''s'", "title = 'it''s'"],
    ['backslash quotes', String.raw`title = 'it\'s'`, "title = 'it''s'"],
    ['line ends', String.raw`title = 'a\nb'`, undefined],
    ['a backslash for LIKE', String.raw`title LIKE '100\%'`, String.raw`title LIKE '100\\%'`],
    ['booleans', 'isPublished = TRUE AND read != false', 'isPublished = true AND read != false'],
    ['constants', 'true', undefined],
    ['constants joined', 'TRUE AND NOT FALSE', 'true AND NOT false'],
    ['literals on both sides', "1 = 1 AND 'a' < 'b'", undefined],
    ['a literal first', '3 < level', undefined],
    ['the spelling of the spec', 'owner_id = $user.id', 'ownerId = $user.id'],
    ['the camelCase name', 'ownerId = $user.id', undefined],
    ['paths', 'owner.username = $user.username', undefined],
    ['long paths', 'parent.parent.owner.manager.level > 3', undefined],
    ['a path in the spelling of the spec', 'head_comment.text = title', 'headComment.text = title'],
    ['IN', "status IN ('draft', 'placed')", undefined],
    ['NOT IN', 'level NOT IN (1, 2)', undefined],
    ['IN of nothing', 'level IN ()', undefined],
    ['IN with operands', 'level IN ($user.level, 3, views)', undefined],
    ['a literal IN', "'a' IN ($user.role, title)", undefined],
    ['IN a list claim', 'title IN $user.groups', undefined],
    ['NOT IN a list claim', 'level NOT IN $user.quotas', undefined],
    ['a literal IN a list claim', "'staff' IN $user.groups", undefined],
    ['IN a context list', 'title IN $context.names', undefined],
    ['IN an input list', 'title IN $input.ids', undefined],
    ['IS NULL', 'meta IS NULL OR blob IS NOT NULL', undefined],
    ['MISSING', '$user.tenantId IS MISSING OR $user.groups IS NOT MISSING', undefined],
    ['a claim that IS NULL is missing', '$user.id IS NULL', '$user.id IS MISSING'],
    ['an input may be NULL', '$input.username IS NULL AND $input.options IS MISSING', undefined],
    ['LIKE', "title LIKE 'staff-%' AND title NOT LIKE $context.name", undefined],
    ['EXISTS', 'EXISTS(comments WHERE stars > 3)', undefined],
    ['EXISTS of any row', 'EXISTS(comments)', undefined],
    ['EXISTS over a to-one relation', 'EXISTS(owner WHERE level = 3)', undefined],
    ['NOT EXISTS', 'NOT EXISTS (comments where stars = 1)', 'NOT EXISTS(comments WHERE stars = 1)'],
    ['EXISTS inside EXISTS', 'EXISTS(comments WHERE EXISTS(replies WHERE stars = 1))', undefined],
    [
      'EXISTS over a path',
      'EXISTS(comments.replies WHERE stars = 1)',
      'EXISTS(comments WHERE EXISTS(replies WHERE stars = 1))',
    ],
    ['SELECT', 'id IN (SELECT pageId FROM Comment WHERE authorId = $user.id)', undefined],
    [
      'SELECT of every row',
      'id NOT IN (select pageId from Comment)',
      'id NOT IN (SELECT pageId FROM Comment)',
    ],
    [
      'SELECT inside SELECT',
      'id IN (SELECT pageId FROM Comment WHERE authorId IN (SELECT id FROM User WHERE level = 1))',
      undefined,
    ],
    ['a claim in a SELECT', '$user.id IN (SELECT authorId FROM Comment)', undefined],
    ['$now beside a datetime', 'createdAt < $now', undefined],
    ['$now beside a bigint', '$now < expires_at', '$now < expiresAt'],
    [
      'a time beside a datetime',
      "createdAt > '2024-02-29T12:00:00+02:00'",
      "createdAt > '2024-02-29T10:00:00.000Z'",
    ],
    ['a time beside $now', "$now > '2024-02-29'", "$now > '2024-02-29T00:00:00.000Z'"],
    ['dates and times', "dueOn = '2024-02-29' AND opensAt < '12:00'", undefined],
    ['an id in capitals', `id = '${ID.toUpperCase()}'`, `id = '${ID}'`],
    ['context values', 'id = $context.tenantId AND level > $context.level', undefined],
    [
      'references only',
      "$user.role IN ('admin') OR $user.username = $input.username",
      "$user.role IN ('admin') OR $user.username = $input.username",
    ],
    ['an input of any type', 'level = $input.query', undefined],
    [
      'before',
      "before(status) = 'draft' OR before(owner_id) = ownerId",
      "before(status) = 'draft' OR before(ownerId) = ownerId",
    ],
    [
      'before of the row that changes',
      'EXISTS(comments WHERE authorId = before(ownerId))',
      undefined,
    ],
    ['allowed', "allowed(parent, 'read')", undefined],
    [
      'allowed over a path',
      "allowed(parent.owner, 'update')",
      "EXISTS(parent WHERE allowed(owner, 'update'))",
    ],
    [
      'fields called like keywords',
      'from <= dueOn AND read = true AND order = 1 AND exists = 2',
      undefined,
    ],
    ['select as a field', 'level IN (select, 2) AND select = 3', undefined],
    ['names in backticks', '`not` = 1 AND `level` = 2', '`not` = 1 AND level = 2'],
    ['texts among texts', 'title = status AND home = key AND owner.email = title', undefined],
    ['an id beside a text claim', 'id = $user.username', undefined],
    ['white space', '\n  level\t=\r\n1 ', 'level = 1'],
  ])('%s: %s', (_, text, printed) => {
    const predicate = read(text)
    if (printed !== undefined) expect(printPredicate(predicate)).toBe(printed)
    expect(read(printPredicate(predicate))).toEqual(predicate)
  })

  it('gives the tree of the model', () => {
    expect(read('title NOT IN $user.groups AND parent.owner_id != $user.id')).toEqual({
      kind: 'and',
      terms: [
        {
          kind: 'not',
          term: {
            kind: 'in',
            left: { kind: 'field', path: [], field: 'title', type: 'string' },
            list: { kind: 'user', name: 'groups', type: 'string', list: true },
          },
        },
        {
          kind: 'compare',
          op: '!=',
          left: { kind: 'field', path: ['parent'], field: 'ownerId', type: 'uuid' },
          right: { kind: 'user', name: 'id', type: 'uuid' },
        },
      ],
    })
  })

  it('gives literals the form of the type beside them', () => {
    const values = (text: string): unknown =>
      (read(text) as Extract<RulePredicate, { kind: 'compare' }>).right
    expect(values('views = 7')).toEqual({ kind: 'literal', value: 7 })
    expect(values('views = 9223372036854775807')).toEqual({
      kind: 'literal',
      value: '9223372036854775807',
    })
    expect(values('price = 7.10')).toEqual({ kind: 'literal', value: '7.1' })
    expect(values('level = -0')).toEqual({ kind: 'literal', value: 0 })
    expect(values('$context.x = 1.5')).toEqual({ kind: 'literal', value: 1.5 })
  })
})

describe('what it refuses', () => {
  it.each([
    ['a misspelt field', 'ownrId = $user.id', ['unknown-field «ownrId»']],
    ['a misspelt relation', 'ownr.level = 1', ['unknown-relation «ownr»']],
    ['a field as a relation', 'title.level = 1', ['unknown-relation «title»']],
    ['a relation as a field', 'owner = $user.id', ['unknown-field «owner»']],
    ['a misspelt field at the end of a path', 'owner.lvl = 1', ['unknown-field «lvl»']],
    ['a property of every object', 'constructor = 1', ['unknown-field «constructor»']],
    ['a prototype', '__proto__.x = 1', ['unknown-relation «__proto__»']],
    ['a to-many path', 'comments.text = title', ['to-many-path «comments»']],
    ['a to-many step in a path', 'owner.pages.title = title', ['to-many-path «pages»']],
    ['an unknown claim', '$user.tenent = title', ['unknown-claim «$user.tenent»']],
    ['a claim of every object', '$user.constructor = title', ['unknown-claim «$user.constructor»']],
    ['an unknown reference', '$usr.id = id', ['unknown-reference «$usr.id»']],
    ['a reference without a name', '$user = id', ['predicate-syntax «$user»']],
    ['parts of now', '$now.year = 1', ['unknown-reference «$now.year»']],
    ['input outside operations', '$input.x = 1', ['not-allowed-here «$input.x»']],
    ['before outside a check', 'before(level) = level', ['not-allowed-here «before(level)»']],
    ['an unknown entity', 'id IN (SELECT pageId FROM Coment)', ['unknown-entity «Coment»']],
    ['an unknown selected field', 'id IN (SELECT pagId FROM Comment)', ['unknown-field «pagId»']],
    ['an outer field inside', 'EXISTS(comments WHERE title = text)', ['unknown-field «title»']],
    ['a number and a string', "level >= 'high'", ["type-mismatch «level >= 'high'»"]],
    ['a string and a number', 'title = 3', ['type-mismatch «title = 3»']],
    ['a boolean and a string', "isPublished = 'true'", ["type-mismatch «isPublished = 'true'»"]],
    ['a boolean and a number', 'isPublished = 1', ['type-mismatch «isPublished = 1»']],
    ['an id and a text column', 'id = title', ['type-mismatch «id = title»']],
    ['a date and a datetime', 'dueOn = createdAt', ['type-mismatch «dueOn = createdAt»']],
    ['a date and now', 'dueOn < $now', ['type-mismatch «dueOn < $now»']],
    ['a claim of another type', 'title = $user.level', ['type-mismatch «title = $user.level»']],
    ['two enums without a common value', 'status = mood', ['type-mismatch «status = mood»']],
    ['literals of two types', "1 = '1'", ["type-mismatch «1 = '1'»"]],
    ['true and a number', 'true = 1', ['type-mismatch «true = 1»']],
    ['a list in a comparison', 'title = $user.groups', ['type-mismatch «$user.groups»']],
    ['a list before IN', '$user.groups IN (title)', ['type-mismatch «$user.groups»']],
    ['IN a scalar claim', 'id IN $user.id', ['type-mismatch «$user.id»']],
    ['IN $now', 'createdAt IN $now', ['type-mismatch «$now»']],
    [
      'IN a list of another type',
      'title IN $user.quotas',
      ['type-mismatch «title IN $user.quotas»'],
    ],
    ['IN with another type', "title IN ('a', 3)", ["type-mismatch «title IN ('a', 3)»"]],
    [
      'SELECT of another type',
      'title IN (SELECT id FROM User)',
      ['type-mismatch «title IN (SELECT id FROM User)»'],
    ],
    ['json', 'meta = title', ['type-mismatch «meta»']],
    ['json in a list', "meta IN ('a')", ['type-mismatch «meta»']],
    ['json LIKE', "meta LIKE 'a'", ['type-mismatch «meta»']],
    ['an order of booleans', 'isPublished > false', ['type-mismatch «isPublished»']],
    ['an order of enums', "status < 'placed'", ['type-mismatch «status»']],
    ['an order of bytes', 'blob < blob', ['type-mismatch «blob»']],
    ['LIKE of a number', "level LIKE '1%'", ['type-mismatch «level»']],
    ['LIKE a number', 'title LIKE 3', ['type-mismatch «3»']],
    ['LIKE a field', 'title LIKE home', ['type-mismatch «home»']],
    ['NULL compared', 'title = null', ['null-comparison «title = null»']],
    ['NULL in a list', "title IN ('a', NULL)", ['null-comparison «NULL»']],
    ['IS NULL of a literal', "'a' IS NULL", ["type-mismatch «'a' IS NULL»"]],
    ['IS MISSING of a field', 'title IS MISSING', ['type-mismatch «title IS MISSING»']],
    ['a value the enum lacks', "status = 'darft'", ["bad-literal «'darft'»"]],
    ['a value the enum lacks, in a list', "status IN ('draft', 'x')", ["bad-literal «'x'»"]],
    ['a malformed uuid', "id = 'abc'", ["bad-literal «'abc'»"]],
    ['a malformed claim', "$user.tenantId = 'abc'", ["bad-literal «'abc'»"]],
    ['a day that is none', "createdAt < '2023-02-30'", ["bad-literal «'2023-02-30'»"]],
    ['a time beside now', "$now < 'soon'", ["bad-literal «'soon'»"]],
    ['a fraction beside an integer', 'level = 1.5', ['bad-literal «1.5»']],
    ['an integer beyond 32 bits', 'level < 3000000000', ['bad-literal «3000000000»']],
    [
      'a bigint beyond 64 bits',
      'views < 9223372036854775808',
      ['bad-literal «9223372036854775808»'],
    ],
    ['more decimals than the field has', 'price = 0.001', ['bad-literal «0.001»']],
    [
      'a number too large alone',
      '$context.x = 90071992547409930',
      ['bad-literal «90071992547409930»'],
    ],
    ['allowed of many', "allowed(comments, 'read')", ['to-many-path «comments»']],
    ['allowed of an unknown action', "allowed(parent, 'rad')", ["unknown-action «'rad'»"]],
    ['allowed without quotes', 'allowed(parent, read)', ['predicate-syntax «read»']],
    ['a field alone', 'isPublished', ['predicate-syntax «isPublished»']],
    ['nothing', '', ['predicate-syntax «»']],
    ['white space only', ' \n', ['predicate-syntax «»']],
    ['half a comparison', 'level =', ['predicate-syntax «»']],
    ['no operator', "level 'a'", ["predicate-syntax «'a'»"]],
    ['two operators', 'level = = 1', ['predicate-syntax «=»']],
    ['an unknown operator', "title ~ 'x'", ['predicate-syntax «~»']],
    ['a semicolon', "title = 'x'; DROP", ['predicate-syntax «;»']],
    ['AND without a right side', 'level = 1 AND', ['predicate-syntax «»']],
    ['AND without a left side', 'AND level = 1', ['predicate-syntax «AND»']],
    ['an open parenthesis', '((level = 1)', ['predicate-syntax «»']],
    ['a parenthesis too many', 'level = 1)', ['predicate-syntax «)»']],
    ['an open list', 'level IN (1, 2', ['predicate-syntax «»']],
    ['a comma at the end', 'level IN (1, )', ['predicate-syntax «)»']],
    ['IN without a list', 'level IN 1', ['predicate-syntax «1»']],
    ['IS something', 'level IS 1', ['predicate-syntax «1»']],
    ['NOT before an operator', 'level NOT = 1', ['predicate-syntax «=»']],
    ['a string without an end', "title = 'abc", ["predicate-syntax «'abc»"]],
    ['a name without an end', '`title = 1', ['predicate-syntax «`title = 1»']],
    ['U+0000', "title = 'a\0'", ["predicate-syntax «'a\0'»"]],
    ['half a character', "title = '\ud800'", ["predicate-syntax «'\ud800'»"]],
    ['SQL inside EXISTS', 'EXISTS(SELECT 1 FROM Comment)', ['predicate-syntax «SELECT»']],
    ['SELECT without FROM', 'id IN (SELECT pageId)', ['predicate-syntax «)»']],
    ['arithmetic', 'level + 1 = 2', ['predicate-syntax «+»']],
  ])('%s: %s', (_, text, expected) => {
    expect(faults(text)).toEqual(expected)
  })

  it('reports every fault of a text, in its order', () => {
    expect(faults("ownrId = 3 AND (level = 'x' OR $user.x = id) AND NOT staus = 'a'")).toEqual([
      'unknown-field «ownrId»',
      "type-mismatch «level = 'x'»",
      'unknown-claim «$user.x»',
      'unknown-field «staus»',
    ])
  })

  it('reads on after a fault of syntax', () => {
    expect(
      faults("a b c AND level = 'x' OR (EXISTS(comments WHERE stars = ) OR title = 3) AND lvl = 1"),
    ).toEqual([
      'predicate-syntax «b»',
      "type-mismatch «level = 'x'»",
      'predicate-syntax «)»',
      'type-mismatch «title = 3»',
      'unknown-field «lvl»',
    ])
  })

  it.each([
    ['ownrId = $user.id', 'did you mean `owner_id`?'],
    ['$user.tenantID = id', 'did you mean `tenantId`?'],
    ["status = 'darft'", 'did you mean `draft`?'],
    ['EXISTS(coments)', 'did you mean `comments`?'],
    ['id IN (SELECT id FROM Coment)', 'did you mean `Comment`?'],
    ['comments.text = title', 'write `EXISTS(comments WHERE …)`'],
    ['title = null', 'write `IS NULL`'],
    ['title != null', 'write `IS NOT NULL`'],
    ['title = $user.groups', 'write `IN`'],
    ['id IN $user.id', 'compare it with `=`'],
    ['isPublished', 'write `… = true`'],
    ["status > 'a'", 'write `IN (…)` with the values meant'],
    ['owner = $user.id', 'compare `owner.id`, or write `EXISTS(owner WHERE …)`'],
  ])('helps with %s', (text, hint) => {
    expect(checkPredicate(text, pageScope).problems.map((problem) => problem.hint)).toContain(hint)
  })

  it('knows the inputs of an operation', () => {
    expect(faults('$input.usernam = title', checkScope)).toEqual(['unknown-input «$input.usernam»'])
    expect(faults('$input.options = title', checkScope)).toEqual(['type-mismatch «$input.options»'])
    expect(faults('$input.ids = title', checkScope)).toEqual(['type-mismatch «$input.ids»'])
    const { inputs: _, ...open } = checkScope
    expect(read('$input.whatever = level', open)).toMatchObject({ left: { name: 'whatever' } })
  })

  it('names no field where there is no row', () => {
    const scope = { entity: undefined, entities, claims }
    expect(faults('level = 1 AND $user.x = 1', scope)).toEqual([
      'field-without-row «level»',
      'unknown-claim «$user.x»',
    ])
    expect(faults('EXISTS(comments)', scope)).toEqual(['field-without-row «EXISTS(comments)»'])
    expect(read('$user.tenantId IS MISSING', scope).kind).toBe('missing')
    expect(read('$user.id IN (SELECT id FROM User WHERE level > 3)', scope).kind).toBe('inSelect')
  })

  it('keeps to the row in constraints and partial indexes', () => {
    const scope = { ...pageScope, rowOnly: true }
    expect(read("level > 0 OR status = 'draft' AND dueOn IS NULL", scope).kind).toBe('or')
    expect(
      faults(
        "$now > createdAt OR owner.level = 1 OR EXISTS(comments) OR id IN (SELECT id FROM User) OR before(level) = 1 OR allowed(parent, 'read')",
        scope,
      ),
    ).toEqual([
      'not-allowed-here «$now»',
      'not-allowed-here «owner.level»',
      'not-allowed-here «EXISTS(comments)»',
      'not-allowed-here «id IN (SELECT id FROM User)»',
      'not-allowed-here «before(level)»',
      "not-allowed-here «allowed(parent, 'read')»",
    ])
  })

  it('says nothing about an entity that could not be read', () => {
    expect(checkPredicate("ghost.name = 3 AND title = 'x'", pageScope)).toEqual({ problems: [] })
  })

  it('takes before(…) of the row itself only', () => {
    expect(faults('before(owner.level) = 1', checkScope)).toEqual([
      'not-allowed-here «before(owner.level)»',
    ])
    expect(faults('before(lvel) = 1', checkScope)).toEqual(['unknown-field «lvel»'])
  })
})

describe('bounds', () => {
  const nested = (depth: number): string => `${'('.repeat(depth)}level = 1${')'.repeat(depth)}`

  it('is bounded in depth', () => {
    expect(read(nested(MAX_PREDICATE_DEPTH)).kind).toBe('compare')
    expect(faults(nested(MAX_PREDICATE_DEPTH + 1))).toEqual(['predicate-too-complex «(»'])
    expect(faults(`${'NOT '.repeat(2000)}level = 1`)).toEqual(['predicate-too-complex «NOT»'])
    const exists = `${'EXISTS(parent WHERE '.repeat(60)}level = 1${')'.repeat(60)}`
    expect(faults(exists)).toEqual(['predicate-too-complex «EXISTS»'])
  })

  it('is bounded in length, not in terms', () => {
    const many = Array.from({ length: 600 }, () => 'level = 1').join(' OR ')
    expect(read(many)).toMatchObject({ kind: 'or', terms: { length: 600 } })
    const text = `title = '${'x'.repeat(MAX_PREDICATE_LENGTH)}'`
    expect(checkPredicate(text, pageScope).problems).toMatchObject([
      { code: 'predicate-too-complex' },
    ])
  })

  const WORDS = [
    'level',
    'title',
    'id',
    'owner',
    'comments',
    'ghost',
    '`x`',
    '$user.id',
    '$user',
    '$now',
    '$input.ids',
    "'a'",
    "'",
    '"',
    '1',
    '-1',
    '1e9',
    '=',
    '!=',
    '<',
    '(',
    ')',
    ',',
    '.',
    '!',
    'AND',
    'OR',
    'NOT',
    'IN',
    'IS',
    'NULL',
    'MISSING',
    'LIKE',
    'EXISTS(',
    'WHERE',
    'SELECT',
    'FROM',
    'Comment',
    'before(',
    'allowed(',
    '&&',
    '||',
    '\\',
    '`',
    '\u{1f600}',
    'true',
  ]

  it('never throws, whatever the words', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...WORDS), { maxLength: 24 }), (words) => {
        for (const scope of [pageScope, checkScope]) {
          const text = words.join(' ')
          const { predicate, problems } = checkPredicate(text, scope)
          for (const { offset, length } of problems) {
            expect(offset).toBeGreaterThanOrEqual(0)
            expect(length).toBeGreaterThanOrEqual(0)
            expect(offset + length).toBeLessThanOrEqual(text.length)
          }
          if (predicate !== undefined)
            expect(read(printPredicate(predicate), scope)).toEqual(predicate)
          else if (!text.includes('ghost')) expect(problems.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('never throws, whatever the characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const { predicate, problems } = checkPredicate(text, checkScope)
        expect(predicate === undefined).toBe(problems.length > 0)
      }),
      { numRuns: 2000 },
    )
  })
})

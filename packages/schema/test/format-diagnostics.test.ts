import { describe, expect, test } from 'vitest'
import { formatDiagnostics, type Diagnostic } from '../src/index.ts'

const found = (more: Partial<Diagnostic>): Diagnostic => ({
  severity: 'error',
  code: 'unknown-key',
  message: '`requird` is no key of a field',
  file: 'entities/user.yaml',
  line: 2,
  column: 5,
  ...more,
})
const pretty = (text: string, more: Partial<Diagnostic>): string =>
  formatDiagnostics([found(more)], [{ path: 'entities/user.yaml', text }], { format: 'pretty' })
/** The code line and the caret line. */
const frame = (text: string, more: Partial<Diagnostic>): string[] => {
  const lines = pretty(text, more).split('\n')
  const at = lines.findIndex((line) => line.startsWith('>'))
  return lines.slice(at, at + 2)
}

describe('pretty', () => {
  test('place, severity, code, message, frame, carets and hint', () => {
    const text = 'a: 1\n  b: { requird: true }\n'
    expect(
      pretty(text, { column: 8, endLine: 2, endColumn: 15, hint: 'did you mean `required`?' }),
    ).toBe(
      `entities/user.yaml:2:8 error unknown-key
  \`requird\` is no key of a field
  1 | a: 1
> 2 |   b: { requird: true }
    |        ^^^^^^^
  hint: did you mean \`required\`?`,
    )
  })

  test('tabs and wide characters keep the carets in place', () => {
    expect(frame('\n\tx: y', { column: 5, endLine: 2, endColumn: 6 })).toEqual([
      '> 2 |   x: y',
      '    |      ^',
    ])
    expect(frame('\n日本: x', { column: 5, endLine: 2, endColumn: 6 })).toEqual([
      '> 2 | 日本: x',
      '    |       ^',
    ])
    expect(frame('\ne\u0301🙂: x', { column: 7, endLine: 2, endColumn: 8 })).toEqual([
      '> 2 | e\u0301🙂: x',
      '    |      ^',
    ])
  })

  test('a long line is cropped around what it is about', () => {
    const text = `\n${'a'.repeat(500)}HERE${'b'.repeat(500)}`
    const [code = '', carets = ''] = frame(text, { column: 501, endLine: 2, endColumn: 505 })
    expect(code.length).toBeLessThan(110)
    expect(code).toMatch(/^> 2 \| …a+HEREb+…$/)
    expect(code.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('HERE')
  })

  test('control characters of a file do not reach the terminal', () => {
    expect(pretty('\n\u001B[2Jx', { column: 1, message: '\u001B]0;x\u0007' })).not.toMatch(
      // oxlint-disable-next-line no-control-regex
      /[\u001B\u0007]/,
    )
  })

  test('a place that no file has shows no frame', () => {
    expect(formatDiagnostics([found({})], [], { format: 'pretty' })).not.toContain('|')
    expect(formatDiagnostics([], [], { format: 'pretty' })).toBe('')
  })

  test('colour only on demand, file names under the given folder', () => {
    const options = { format: 'pretty', root: './dbal/' } as const
    expect(formatDiagnostics([found({})], [], options)).toMatch(
      /^\.\/dbal\/entities\/user\.yaml:2:5 error/,
    )
    expect(formatDiagnostics([found({})], [], { ...options, color: true })).toContain(
      '\u001B[31merror',
    )
  })
})

test('json is the shape of `dbal check --format json`', () => {
  const warning = found({ severity: 'warning', endLine: 2, endColumn: 9, hint: 'x' })
  expect(JSON.parse(formatDiagnostics([found({}), warning], [], { format: 'json' }))).toEqual({
    diagnostics: [
      {
        severity: 'error',
        code: 'unknown-key',
        message: '`requird` is no key of a field',
        file: 'entities/user.yaml',
        line: 2,
        column: 5,
      },
      {
        severity: 'warning',
        code: 'unknown-key',
        message: '`requird` is no key of a field',
        file: 'entities/user.yaml',
        line: 2,
        column: 5,
        endLine: 2,
        endColumn: 9,
        hint: 'x',
      },
    ],
    errors: 1,
    warnings: 1,
  })
})

test('github annotations are escaped', () => {
  const strange = found({
    file: 'a,b:c%.yaml',
    message: '100%\n::error::x',
    endLine: 3,
    endColumn: 1,
  })
  expect(formatDiagnostics([strange], [], { format: 'github' })).toBe(
    '::error file=a%2Cb%3Ac%25.yaml,line=2,col=5,endLine=3,endColumn=1,title=unknown-key::100%25%0A::error::x',
  )
})

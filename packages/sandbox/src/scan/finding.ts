import { DBALError } from '@proj/dbal-contract'

/** Why something was refused, and where. It holds nothing of the text itself. */
export interface Finding {
  readonly rule: FindingRule
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
}

export type FindingRule =
  /** A name that reaches out of the script: `os`, `process`. */
  | 'forbidden-global'
  /** A global by a name that is put together: `_G[x]`, `globalThis[x]`. */
  | 'computed-global'
  /** The way from a value to its constructor or prototype: `x.constructor`, `__proto__`. */
  | 'prototype-access'
  /** Code that is loaded from elsewhere: `import(...)`. */
  | 'import'
  /** A literal that is mostly escapes. */
  | 'escaped-text'
  /** A text put together from numbers: `string.char(111, 115, ...)`. */
  | 'assembled-text'
  /** Compiled Lua, as itself or in a literal. */
  | 'bytecode'
  /** A program of punctuation only. */
  | 'symbols-only'
  /** Characters that turn the order of text around, so that code reads other than it runs. */
  | 'bidi-control'
  /** A control character that no text needs. */
  | 'control-character'
  /** Markup that runs code: `<script>`, `onclick=`, a `javascript:` address. */
  | 'active-markup'

/** Of one text; beyond these nobody reads on. */
const MAX_FINDINGS = 20
/** Of one call. */
const MAX_TOLD = 100

export class Findings {
  readonly #text: string
  readonly #found: Finding[] = []

  constructor(text: string) {
    this.#text = text
  }

  /** `at` is an offset in the text. */
  add(rule: FindingRule, at: number): void {
    if (this.#found.length >= MAX_FINDINGS) return
    const before = this.#text.slice(0, at)
    const line = before.split('\n').length
    this.#found.push({ rule, line, column: at - before.lastIndexOf('\n') })
  }

  /** In the order of the text. */
  list(): readonly Finding[] {
    return this.#found.toSorted((a, b) => a.line - b.line || a.column - b.column)
  }
}

export interface FieldFinding extends Finding {
  readonly field?: string
}

export function malicious(findings: readonly FieldFinding[]): DBALError {
  const told = findings.slice(0, MAX_TOLD)
  return new DBALError('MALICIOUS_CODE_DETECTED', { details: { findings: told } })
}

// One difference between two models, and the list they are gathered in.

export type ChangeLevel = 'breaking' | 'risky' | 'safe'

export interface ModelChange {
  /** Breaking: a caller that was right stops working. Risky: data or behaviour may not fit. Safe: neither. */
  readonly level: ChangeLevel
  /** Stable, kebab-case: `field-removed`. */
  readonly code: string
  /** An entity, or `*` for rules about all of them. */
  readonly entity?: string
  /** camelCase. */
  readonly field?: string
  /** The spec name of an operation, or the action of an acl. */
  readonly operation?: string
  readonly message: string
  readonly hint?: string
}

/** What a change is about. */
export type Subject = Pick<ModelChange, 'entity' | 'field' | 'operation'>

const RANKS: readonly ChangeLevel[] = ['breaking', 'risky', 'safe']

export class ChangeList {
  readonly #found: ModelChange[] = []

  breaking(code: string, subject: Subject, message: string, hint?: string): void {
    this.#add('breaking', code, subject, message, hint)
  }

  risky(code: string, subject: Subject, message: string, hint?: string): void {
    this.#add('risky', code, subject, message, hint)
  }

  safe(code: string, subject: Subject, message: string, hint?: string): void {
    this.#add('safe', code, subject, message, hint)
  }

  /** The worst first, then by what they are about: the same two models give the same list. */
  sorted(): readonly ModelChange[] {
    return this.#found.sort(
      (a, b) =>
        RANKS.indexOf(a.level) - RANKS.indexOf(b.level) ||
        compareText(a.entity, b.entity) ||
        compareText(a.field, b.field) ||
        compareText(a.operation, b.operation) ||
        compareText(a.code, b.code) ||
        compareText(a.message, b.message),
    )
  }

  #add(
    level: ChangeLevel,
    code: string,
    subject: Subject,
    message: string,
    hint: string | undefined,
  ): void {
    this.#found.push({ level, code, ...subject, message, ...(hint === undefined ? {} : { hint }) })
  }
}

/** What one side has and the other lacks, and what both have, in the order of `before`, then of `after`. */
export function pairUp<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): {
  readonly removed: readonly T[]
  readonly added: readonly T[]
  readonly kept: readonly (readonly [before: T, after: T])[]
} {
  const removed: T[] = []
  const kept: (readonly [T, T])[] = []
  for (const [key, old] of before) {
    const next = after.get(key)
    if (next === undefined) removed.push(old)
    else kept.push([old, next])
  }
  const added = [...after].flatMap(([key, next]) => (before.has(key) ? [] : [next]))
  return { removed, added, kept }
}

/** Equal as data, whatever the order of keys. */
export function isSame(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b)
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => compareText(a, b)))
      : part,
  )
}

function compareText(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0
}

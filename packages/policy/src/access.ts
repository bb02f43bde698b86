// What one set of roles may do with one entity, worked out once and kept. Nothing here looks at a row:
// what depends on rows stays a predicate (docs/spec/access.md).
import type { AccessRule, Action, Entity, Model, Preset, RulePredicate } from '@proj/dbal-schema'
import { allOf, anyOf, negate, rulesOf } from '@proj/dbal-schema/model'
import { couldHoldForNobody } from './could-hold.ts'
import { ownRows } from './own-rows.ts'

const FALSE = { kind: 'false' } as const
const TRUE = { kind: 'true' } as const

export type FieldUse = 'read' | 'filter' | 'sort' | 'aggregate'

/** By which rule a row is reached: on its own, or among others. */
export type ReadVerb = 'read' | 'list'

type Write = 'create' | 'update'

/** Always, never, or on the rows that satisfy the predicate. */
export type FieldAccess = boolean | RulePredicate

export type ShownField = readonly [name: string, rows: true | RulePredicate]

export interface Sends {
  readonly sent: readonly string[]
  readonly closed: readonly string[]
}

export interface Decision {
  /** False: no row could ever be reached, so none is looked at. */
  readonly allowed: boolean
  /** The rows as they are. */
  readonly where: RulePredicate
  /** The rows as they will be; the same object as `where` when no rule tells them apart. */
  readonly check: RulePredicate
  /** Rows that are deleted with all that hangs on them, whatever the rules of that. */
  readonly sweeping: RulePredicate
  /** Rules that took part, by id. */
  readonly rules: readonly string[]
}

/** What one rule says of a row as it is and as it will be; the same object where it says one thing. */
export interface RulePart {
  readonly rule: AccessRule
  readonly where: RulePredicate
  readonly check: RulePredicate
}

export interface RuleParts {
  readonly grants: readonly RulePart[]
  /** Requires, and denies negated. */
  readonly limits: readonly RulePart[]
}

const REFUSED: Decision = { allowed: false, where: FALSE, check: FALSE, sweeping: FALSE, rules: [] }
const OPEN: Decision = { allowed: true, where: TRUE, check: TRUE, sweeping: FALSE, rules: [] }

const NO_FIELDS: readonly string[] = []

/** Field sets come from callers, who must not grow what is kept without bound: the oldest makes room. */
const MAX_KEPT = 1000

export class EntityAccess {
  readonly entity: Entity
  readonly #system: boolean
  readonly #rules: ReadonlyMap<Action, readonly AccessRule[]>
  readonly #decisions = new Map<string, Decision>()
  readonly #fields = new Map<string, FieldAccess>()
  readonly #readable = new Map<ReadVerb, readonly string[]>()
  readonly #shownOf = {
    read: new WeakMap<readonly string[], readonly ShownField[]>(),
    list: new WeakMap<readonly string[], readonly ShownField[]>(),
  }
  readonly #sends = new Map<string, Sends>()
  readonly #lastSent: Record<Write, LastSent | undefined> = { create: undefined, update: undefined }
  readonly #decided = new WeakMap<readonly string[], Map<Action, Decision>>()
  readonly #presets = new Map<Write, readonly Preset[]>()

  /** `claimless`: the caller has no claim, so a grant that needs one is none to him. */
  constructor(
    model: Model,
    entity: Entity,
    roles: readonly string[],
    system: boolean,
    claimless = false,
  ) {
    this.entity = entity
    this.#system = system
    const byAction = new Map<Action, AccessRule[]>()
    for (const rule of rulesOf(model, entity)) {
      if (!applies(rule, roles, system)) continue
      if (claimless && rule.effect === 'grant' && !couldHoldForNobody(rule.where ?? TRUE)) continue
      for (const action of rule.actions) {
        const list = byAction.get(action)
        if (list === undefined) byAction.set(action, [rule])
        else list.push(rule)
      }
    }
    this.#rules = byAction
  }

  /** `fields`: what a write sends; a grant that does not cover all of them does not count. */
  decide(action: Action, fields: readonly string[] = NO_FIELDS): Decision {
    // A list that was seen before is told by itself, without its names being joined.
    let known = this.#decided.get(fields)
    if (known === undefined) {
      known = new Map()
      this.#decided.set(fields, known)
    }
    let decision = known.get(action)
    if (decision === undefined) {
      const key = `${action}:${fields.join()}`
      decision = keep(this.#decisions, key, () => this.#decide(action, fields))
      known.set(action, decision)
    }
    return decision
  }

  /**
   * What of a write the caller sends himself, sorted, and which of that no row lets him write. The same
   * lists for the same names.
   */
  sends(action: Write, names: readonly string[]): Sends {
    // Calls send what the call before sent, mostly, and several steps of a call ask the same.
    const last = this.#lastSent[action]
    if (last !== undefined && isSame(last.names, names)) return last.sends
    const sends = keep(this.#sends, `${action}:${names.join()}`, () => {
      const presets = this.presets(action)
      const isSent = (name: string): boolean =>
        this.entity.fields.has(name) && !presets.some(({ field }) => field === name)
      const sent = names.filter(isSent).sort()
      const isOpen = this.#system && !this.#marks(sent)
      const closed = isOpen ? [] : sent.filter((name) => !this.#isWritable(action, name))
      return { sent, closed }
    })
    this.#lastSent[action] = { names: [...names], sends }
    return sends
  }

  /** A field that may not be read cannot be filtered, sorted or aggregated on either. */
  field(name: string, use: FieldUse, action: ReadVerb = 'list'): FieldAccess {
    const key = `${action}:${use}:${name}`
    return keep(this.#fields, key, () => this.#field(name, use, action))
  }

  /** Those of the fields that show on some row, with the rows on which they do. `fields` is a list that is kept. */
  shown(fields: readonly string[], action: ReadVerb): readonly ShownField[] {
    const known = this.#shownOf[action]
    let shown = known.get(fields)
    if (shown === undefined) {
      shown = fields
        .map((name) => [name, this.field(name, 'read', action)] as const)
        .filter((field): field is ShownField => field[1] !== false)
      known.set(fields, shown)
    }
    return shown
  }

  /** The fields that show on some row, in the order of the contract. */
  readable(action: ReadVerb): readonly string[] {
    return keep(this.#readable, action, () =>
      [...this.entity.fields.keys()].filter((name) => this.field(name, 'read', action) !== false),
    )
  }

  /** Whether the caller may know that the field is there: he can read or write it on some row. */
  knows(name: string): boolean {
    if (!this.entity.fields.has(name)) return false
    if (this.#system) return true
    const reads = (['read', 'list'] as const).some(
      (action) => this.decide(action).allowed && this.field(name, 'read', action) !== false,
    )
    return reads || (['create', 'update'] as const).some((write) => this.#isWritable(write, name))
  }

  /** The rules of the caller's roles for an action, for explain. */
  rulesOf(action: Action): readonly AccessRule[] {
    return this.#of(action)
  }

  /** Values that rules give to fields, which the caller may not send himself. */
  presets(action: Write): readonly Preset[] {
    if (this.#system) return []
    return keep(this.#presets, action, () =>
      this.#of(action).flatMap((rule) => (rule.effect === 'deny' ? [] : (rule.set ?? []))),
    )
  }

  #of(action: Action): readonly AccessRule[] {
    return this.#rules.get(action) ?? []
  }

  /**
   * A decision rule by rule: a row is open where some grant holds and every limit does. Undefined where
   * the rules refuse before any row is looked at.
   */
  parts(action: Action, fields: readonly string[] = []): RuleParts | undefined {
    const rules = this.#of(action)
    if (rules.some(isNever)) return undefined
    const write = action === 'create' || action === 'update' ? action : undefined
    const sends = write === undefined ? [] : fields
    const covers = (rule: AccessRule): boolean =>
      write === undefined || sends.every((field) => lists(rule, write, field) !== false)
    const hits = (rule: AccessRule): boolean =>
      // A deny that lists fields is about those fields, not the row.
      rule.fields === undefined ||
      (write !== undefined && sends.some((field) => lists(rule, write, field) === true))
    const requires = rules.filter((rule) => rule.effect === 'require')
    if (!requires.every(covers)) return undefined
    const grants = rules.filter((rule) => rule.effect === 'grant' && covers(rule))
    const denies = rules.filter((rule) => rule.effect === 'deny' && hits(rule))
    return { grants: grants.map(partOf), limits: [...requires.map(partOf), ...denies.map(barOf)] }
  }

  #decide(action: Action, fields: readonly string[]): Decision {
    const parts = this.parts(action, fields)
    if (this.#system) return this.#of(action).some(isNever) ? REFUSED : OPEN
    if (parts === undefined) return REFUSED
    const { grants, limits } = parts
    const whole = (of: 'where' | 'check'): RulePredicate =>
      allOf([anyOf(grants.map((part) => part[of])), ...limits.map((part) => part[of])])
    const took = [...grants, ...limits]
    const where = whole('where')
    const check = took.some((part) => part.check !== part.where) ? whole('check') : where
    const sweeping = grants.filter(({ rule }) => rule.cascade === 'system')
    return {
      allowed: where.kind !== 'false' && check.kind !== 'false',
      where,
      check,
      sweeping: anyOf(sweeping.map((part) => part.where)),
      rules: took.map(({ rule }) => rule.id),
    }
  }

  /** Whether a write would mark rows as deleted. */
  #marks(fields: readonly string[]): boolean {
    const mark = this.entity.softDelete?.field
    return mark !== undefined && fields.includes(mark)
  }

  #isWritable(action: Write, name: string): boolean {
    // Marking a row is deleting it, which has a rule of its own.
    if (this.#marks([name])) return this.#system && this.decide('delete').allowed
    if (this.#system) return true
    const rules = this.#of(action)
    const granted = rules.some((r) => r.effect === 'grant' && lists(r, action, name) !== false)
    const fenced = rules.some((r) => r.effect === 'require' && lists(r, action, name) === false)
    const denied = rules.some(
      (r) => r.effect === 'deny' && isUnconditional(r) && lists(r, action, name) === true,
    )
    return granted && !fenced && !denied
  }

  #field(name: string, use: FieldUse, action: ReadVerb): FieldAccess {
    const { entity } = this
    const field = entity.fields.get(name)
    if (field === undefined) return false
    if (entity.security.neverExpose.includes(name)) return this.#system && use === 'filter'
    if (this.#system || field.primary) return true
    const access = allOf([
      field.sensitive ? ownRows(entity) : TRUE,
      this.#shown(name, 'read', action),
      use === 'read' ? TRUE : this.#shown(name, use, action),
    ])
    return access.kind === 'true' ? true : access.kind === 'false' ? false : access
  }

  /** The rows, among those the caller may see, on which the lists of fields let the field through. */
  #shown(name: string, use: FieldUse, action: ReadVerb): RulePredicate {
    const rules = this.#of(action)
    const grants = rules.filter((rule) => rule.effect === 'grant')
    const open = grants.filter((rule) => lists(rule, use, name) !== false)
    const hidden = rules.filter((r) => r.effect === 'deny' && lists(r, use, name) === true)
    const fenced = rules.some((r) => r.effect === 'require' && lists(r, use, name) === false)
    if (fenced) return FALSE
    return allOf([
      // Where every grant shows the field, whoever sees the row sees it.
      open.length === grants.length ? TRUE : anyOf(open.map((rule) => rule.where ?? TRUE)),
      ...hidden.map((rule) => negate(rule.where ?? TRUE)),
    ])
  }
}

function keep<K, T>(kept: Map<K, T>, key: K, make: () => T): T {
  let value = kept.get(key)
  if (value === undefined) {
    value = make()
    for (const oldest of kept.keys()) {
      if (kept.size < MAX_KEPT) break
      kept.delete(oldest)
    }
    kept.set(key, value)
  }
  return value
}

interface LastSent {
  readonly names: readonly string[]
  readonly sends: Sends
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false
  return true
}

/** True: listed; false: a list is there without it; undefined: the rule says nothing about fields. */
function lists(rule: AccessRule, use: keyof NonNullable<AccessRule['fields']>, field: string) {
  return rule.fields?.[use]?.includes(field)
}

function partOf(rule: AccessRule): RulePart {
  const where = rule.where ?? TRUE
  return { rule, where, check: rule.check ?? where }
}

function barOf(rule: AccessRule): RulePart {
  const bar = negate(rule.where ?? TRUE)
  if (rule.check === undefined) return { rule, where: bar, check: bar }
  // One that speaks of the row as it will be says nothing of the row as it is.
  return { rule, where: rule.where === undefined ? TRUE : bar, check: negate(rule.check) }
}

function isNever({ effect }: AccessRule): boolean {
  return effect === 'never'
}

function isUnconditional(rule: AccessRule): boolean {
  return rule.where === undefined && rule.check === undefined
}

function applies(rule: AccessRule, roles: readonly string[], system: boolean): boolean {
  if (rule.effect === 'never') return true
  if (rule.system === true) return system
  return rule.roles === undefined || rule.roles.some((role) => roles.includes(role))
}

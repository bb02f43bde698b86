// The fields of one entity in two models.
import type { Entity } from '../model/entity.ts'
import type { Field, FieldDefault } from '../model/field.ts'
import { compareValues } from '../values/check-bounds.ts'
import { isSame, pairUp, type ChangeList, type Subject } from './model-change.ts'

/** Characters of a default in a message. */
const MAX_DEFAULT = 60

export function compareFields(before: Entity, after: Entity, changes: ChangeList): void {
  const entity = after.name
  const { removed, added, kept } = pairUp(before.fields, after.fields)
  for (const field of removed) {
    const message = `\`${entity}.${field.name}\` is removed`
    changes.breaking('field-removed', { entity, field: field.name }, message)
  }
  for (const field of added) {
    const subject = { entity, field: field.name }
    if (isNeeded(field))
      changes.breaking(
        'required-field-added',
        subject,
        `\`${entity}.${field.name}\` is added, and every create must send it`,
        'give it a default, or make it optional',
      )
    else changes.safe('field-added', subject, `\`${entity}.${field.name}\` is added`)
  }
  for (const [old, next] of kept) compareField(old, next, { entity, field: next.name }, changes)
}

/** A create without it is refused. */
function isNeeded(field: Field): boolean {
  return field.required && field.default === undefined && !field.generated && !field.autoUpdate
}

function compareField(before: Field, after: Field, subject: Subject, changes: ChangeList): void {
  const name = `\`${subject.entity ?? ''}.${after.name}\``
  if (before.column !== after.column)
    changes.risky(
      'column-renamed',
      subject,
      `${name}: the column \`${before.column}\` is called \`${after.column}\``,
    )
  if (before.type !== after.type)
    // Limits of two types do not compare.
    changes.breaking('type-changed', subject, `${name} is ${after.type}, it was ${before.type}`)
  else compareLimits(before, after, subject, changes)
  comparePresence(before, after, subject, changes)
  compareDefault(before, after, subject, changes)
  compareFlags(before, after, subject, changes)
  compareForeignKey(before, after, subject, changes)
}

function comparePresence(before: Field, after: Field, subject: Subject, changes: ChangeList): void {
  const name = `\`${subject.entity ?? ''}.${after.name}\``
  if (isNeeded(after) && !isNeeded(before))
    changes.breaking('field-required', subject, `every create must send ${name}`)
  else if (after.required && !before.required)
    changes.risky('field-required', subject, `${name} is required, with a default`)
  else if (isNeeded(before) && !isNeeded(after))
    changes.safe('field-optional', subject, `a create may leave ${name} out`)
  if (before.nullable && !after.nullable)
    changes.breaking('field-not-null', subject, `${name} cannot be null any more`)
  if (!before.nullable && after.nullable)
    changes.risky('field-nullable', subject, `${name} may be null in results`)
}

function compareDefault(before: Field, after: Field, subject: Subject, changes: ChangeList): void {
  const [old, next] = [before.default, after.default]
  if (isSame(old, next)) return
  const name = `\`${subject.entity ?? ''}.${subject.field ?? ''}\``
  if (old === undefined)
    changes.safe('default-added', subject, `${name} has the default ${defaultText(after, next)}`)
  else if (next === undefined)
    changes.risky(
      'default-removed',
      subject,
      `${name} has no default any more, it was ${defaultText(before, old)}`,
    )
  else {
    const type = before.type === after.type ? '' : ` of the new type ${after.type}`
    const message = `the default of ${name} is ${defaultText(after, next)}${type}, it was ${defaultText(before, old)}`
    changes.risky('default-changed', subject, message)
  }
}

/** As YAML would have it; a sensitive one, or a long one, is not shown. */
function defaultText({ sensitive }: Field, value: FieldDefault | undefined): string {
  if (value === undefined) return 'none'
  if (value.kind === 'user') return `\`{ user: ${value.claim} }\``
  if (value.kind !== 'literal') return `\`{ ${value.kind}: true }\``
  const text = JSON.stringify(value.value)
  return sensitive || text.length > MAX_DEFAULT ? 'another value' : `\`${text}\``
}

function compareLimits(before: Field, after: Field, subject: Subject, changes: ChangeList): void {
  compareBound('max_length', before.maxLength, after.maxLength, 1, before, subject, changes)
  compareBound('min_length', before.minLength, after.minLength, -1, before, subject, changes)
  compareBound('max', before.max, after.max, 1, before, subject, changes)
  compareBound('min', before.min, after.min, -1, before, subject, changes)
  comparePattern(before, after, subject, changes)
  compareValueList(before, after, subject, changes)
  compareDigits(before, after, subject, changes)
}

/** `side` is 1 for an upper bound and -1 for a lower one. */
function compareBound(
  key: string,
  before: number | string | undefined,
  after: number | string | undefined,
  side: 1 | -1,
  field: Field,
  subject: Subject,
  changes: ChangeList,
): void {
  if (before === after) return
  const name = `\`${subject.entity ?? ''}.${subject.field ?? ''}\``
  const type = key.endsWith('length') ? 'integer' : field.type
  const order =
    before === undefined
      ? -1
      : after === undefined
        ? 1
        : side * compareValues({ type }, after, before)
  if (order === 0) return
  const message = `${name}: ${key} is ${after ?? 'none'}, it was ${before ?? 'none'}`
  if (order < 0) changes.breaking('limit-narrowed', subject, message)
  else changes.safe('limit-widened', subject, message)
}

function comparePattern(before: Field, after: Field, subject: Subject, changes: ChangeList): void {
  if (before.pattern === after.pattern) return
  const name = `\`${subject.entity ?? ''}.${after.name}\``
  if (after.pattern === undefined)
    changes.safe('pattern-removed', subject, `${name} has no pattern any more`)
  else
    changes.risky(
      'pattern-changed',
      subject,
      `${name} has another pattern`,
      'values that are stored, or that callers send, may not match it',
    )
}

function compareValueList(
  before: Field,
  after: Field,
  subject: Subject,
  changes: ChangeList,
): void {
  const [old, next] = [before.values ?? [], after.values ?? []]
  const name = `\`${subject.entity ?? ''}.${after.name}\``
  for (const value of old.filter((one) => !next.includes(one)))
    changes.breaking('enum-value-removed', subject, `${name} has no value \`${value}\` any more`)
  for (const value of next.filter((one) => !old.includes(one)))
    changes.safe('enum-value-added', subject, `${name} has a value \`${value}\``)
}

/** A decimal is answered with the digits of its scale, so even more of them are seen by callers. */
function compareDigits(before: Field, after: Field, subject: Subject, changes: ChangeList): void {
  if (after.type !== 'decimal') return
  const [old, next] = [digitsOf(before), digitsOf(after)]
  if (isSame(old, next)) return
  const message = `\`${subject.entity ?? ''}.${after.name}\` has ${next.whole} digits and ${next.scale} decimals, it had ${old.whole} and ${old.scale}`
  if (next.whole < old.whole || next.scale < old.scale)
    changes.breaking('limit-narrowed', subject, message)
  else if (next.scale > old.scale) changes.risky('scale-changed', subject, message)
  else changes.safe('limit-widened', subject, message)
}

function digitsOf(field: Field): { readonly whole: number; readonly scale: number } {
  const scale = field.scale ?? 6
  return { whole: (field.precision ?? 20) - scale, scale }
}

function compareFlags(before: Field, after: Field, subject: Subject, changes: ChangeList): void {
  const name = `\`${subject.entity ?? ''}.${after.name}\``
  const set = (flag: 'immutable' | 'sensitive' | 'generated' | 'autoUpdate'): boolean =>
    after[flag] && !before[flag]
  const unset = (flag: 'immutable' | 'sensitive' | 'generated' | 'autoUpdate'): boolean =>
    before[flag] && !after[flag]
  if (set('immutable'))
    changes.breaking('field-immutable', subject, `${name} cannot be changed any more`)
  if (unset('immutable')) changes.safe('field-mutable', subject, `${name} can be changed`)
  if (set('sensitive'))
    changes.breaking('field-sensitive', subject, `${name} is shown to the row's owner only`)
  if (unset('sensitive'))
    changes.risky('field-not-sensitive', subject, `${name} is shown in results`)
  if (set('generated') || set('autoUpdate'))
    changes.breaking(
      'field-generated',
      subject,
      `${name} is filled by the client, and refused when it is sent`,
    )
  if (unset('generated') || unset('autoUpdate'))
    changes.risky('field-not-generated', subject, `${name} is not filled by the client any more`)
  if (after.deprecated !== undefined && before.deprecated === undefined)
    changes.safe('field-deprecated', subject, `${name} is deprecated`)
}

function compareForeignKey(
  before: Field,
  after: Field,
  subject: Subject,
  changes: ChangeList,
): void {
  const [old, next] = [before.foreignKey, after.foreignKey]
  if (isSame(old, next)) return
  const name = `\`${subject.entity ?? ''}.${after.name}\``
  if (old === undefined)
    changes.risky(
      'foreign-key-added',
      subject,
      `${name} must point at a row of \`${next?.entity ?? ''}\``,
    )
  else if (next === undefined)
    changes.risky('foreign-key-removed', subject, `${name} may point at nothing`)
  else if (old.entity !== next.entity || old.field !== next.field)
    changes.breaking(
      'foreign-key-changed',
      subject,
      `${name} points at \`${next.entity}.${next.field}\``,
    )
  else
    changes.risky(
      'foreign-key-changed',
      subject,
      `${name} acts otherwise when its target changes or goes`,
    )
}

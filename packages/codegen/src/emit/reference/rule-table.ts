// Who may do what, rule by rule, in the order in which they weigh: deny over require over grant.
import {
  printPredicate,
  type AccessRule,
  type Action,
  type Entity,
  type Model,
  type Preset,
  type RoleLadder,
} from '@proj/dbal-schema'
import { rulesOf } from '@proj/dbal-schema/model'
import { blocks, code, codes, table, text } from './markdown.ts'

const ACTIONS: readonly Action[] = ['create', 'read', 'list', 'update', 'delete']
const EFFECTS: readonly AccessRule['effect'][] = ['never', 'deny', 'require', 'grant']

const EFFECT_TEXT: Readonly<Record<AccessRule['effect'], string>> = {
  never: 'forbidden',
  deny: 'denied',
  require: 'required',
  grant: 'granted',
}

export function ruleSection(entity: Entity, model: Model): string {
  const rules = rulesOf(model, entity)
  const sorted = EFFECTS.flatMap((effect) => rules.filter((rule) => rule.effect === effect))
  const settled = new Set(
    rules
      .filter(({ effect }) => effect === 'grant' || effect === 'never')
      .flatMap(({ actions }) => actions),
  )
  const closed = ACTIONS.filter((action) => !settled.has(action))
  return blocks(
    entity.owner === undefined
      ? ''
      : `A row belongs to the caller whose ${code(`$user.${entity.owner.claim}`)} stands in its ${code(entity.owner.field)}.`,
    table(
      ['Rule', 'Actions', 'Who', 'Where', 'Fields', 'Besides'],
      sorted.map((rule) => [
        EFFECT_TEXT[rule.effect],
        inOrder(rule.actions).join(', '),
        whoText(rule, model.roles),
        whereText(rule),
        fieldsText(rule),
        besidesText(rule),
      ]),
    ),
    closed.length === 0 ? '' : `No rule grants ${closed.join(', ')}: the system alone may.`,
  )
}

function inOrder(actions: readonly Action[]): readonly Action[] {
  return ACTIONS.filter((action) => actions.includes(action))
}

function whoText(rule: AccessRule, ladder: RoleLadder): string {
  if (rule.effect === 'never') return 'everyone, the system included'
  if (rule.system === true) return 'the system only'
  const { roles } = rule
  if (roles === undefined) return 'everyone'
  const lowest = roles.find((role) => {
    const above = ladder.above.get(role) ?? []
    return above.length === roles.length && above.every((other) => roles.includes(other))
  })
  return lowest === undefined || roles.length === 1 ? codes(roles) : `${code(lowest)} and above`
}

function whereText({ actions, where, check }: AccessRule): string {
  const creates = actions.every((action) => action === 'create')
  return [
    where === undefined ? '' : code(printPredicate(where)),
    check === undefined ? '' : `${creates ? '' : 'afterwards '}${code(printPredicate(check))}`,
  ]
    .filter((part) => part !== '')
    .join('; ')
}

/** Uses with the same fields are named together. */
function fieldsText({ fields }: AccessRule): string {
  const uses = new Map<string, string[]>()
  for (const [use, names] of Object.entries(fields ?? {}) as [string, readonly string[]][]) {
    const list = codes(names) || 'none'
    uses.set(list, [...(uses.get(list) ?? []), use])
  }
  return [...uses].map(([list, names]) => `${names.join(', ')}: ${list}`).join('; ')
}

function besidesText({ set, cascade }: AccessRule): string {
  const presets = (set ?? []).map(
    ({ field, value }) => `${code(field)} becomes ${presetText(value)}`,
  )
  const children =
    cascade === undefined
      ? []
      : [
          cascade === 'check'
            ? 'rows deleted with it need their own rule'
            : 'rows deleted with it need none',
        ]
  return [...presets, ...children].join('; ')
}

function presetText(value: Preset['value']): string {
  switch (value.kind) {
    case 'literal':
      return code(JSON.stringify(value.value))
    case 'now':
      return code('$now')
    case 'user':
    case 'context':
      return code(`$${value.kind}.${value.name}`)
  }
}

export function securityText({ security }: Entity): string {
  const sentences = [
    security.auditAllAccess ? 'Every access is audited.' : '',
    security.scanForMalicious ? 'What is stored is scanned for malicious content.' : '',
    security.sandboxRequired ? 'Its code runs in a sandbox only.' : '',
  ]
  return text(sentences.filter((sentence) => sentence !== '').join(' '))
}

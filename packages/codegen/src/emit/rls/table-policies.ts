// The policies of one table. Grants are permissive, requires and denies restrictive; PostgreSQL counts
// unknown as no for both, which is what ACC-12 says. A table without a policy for a command is closed to it.
import { isDBALError } from '@proj/dbal-contract'
import type { RulePart } from '@proj/dbal-policy'
import type { Action, Entity, RulePredicate } from '@proj/dbal-schema'
import { postgresql } from '@proj/dbal-sql'
import type { ConditionWriter } from './condition-writer.ts'
import { joinVerbs, type Side } from './join-verbs.ts'
import { weaken } from './weaken.ts'

const { quote } = postgresql

type Command = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'

export interface TablePolicies {
  readonly statements: readonly string[]
  /** What the policies cannot say, a sentence each. */
  readonly notices: readonly string[]
}

export function tablePolicies(entity: Entity, writer: ConditionWriter): TablePolicies {
  const statements: string[] = []
  const notices: string[] = []
  const access = writer.access.entity(entity)

  function side(action: Action, of: (part: RulePart) => RulePredicate): Side | undefined {
    const parts = access.parts(action)
    if (parts === undefined) return undefined
    const byId = (list: readonly RulePart[]): Map<string, RulePredicate> =>
      new Map(list.map((part) => [part.rule.id, of(part)]))
    return { grants: byId(parts.grants), limits: byId(parts.limits) }
  }

  const rows = (action: Action): Side | undefined => side(action, ({ where }) => where)

  const images = (action: Action): Side | undefined =>
    side(action, ({ rule, check }) => {
      const said = weaken(check)
      if (said !== check)
        say(`${rule.id} on ${entity.name}: what its check asks of the row before is left open`)
      return said
    })

  function say(notice: string): void {
    if (!notices.includes(notice)) notices.push(notice)
  }

  /** What PostgreSQL cannot say opens nothing. */
  function write(rule: RulePredicate, written: boolean, id: string): string {
    try {
      return writer.write(entity, rule, written)
    } catch (error) {
      if (!isDBALError(error) || error.code !== 'CAPABILITY_NOT_SUPPORTED') throw error
      say(`${id} on ${entity.name}: ${error.details?.reason ?? error.message}; it opens no row`)
      return 'false'
    }
  }

  function policy(
    command: Command,
    kind: 'PERMISSIVE' | 'RESTRICTIVE',
    id: string,
    using: RulePredicate | undefined,
    check: RulePredicate | undefined,
  ): void {
    const idle = kind === 'PERMISSIVE' ? 'false' : 'true'
    const said = [using, check].filter((rule) => rule !== undefined)
    if (said.every((rule) => rule.kind === idle)) return
    const name = quote(`dbal_${command.toLowerCase()}_${statements.length + 1}`)
    const clauses = [
      ...(using === undefined ? [] : [`USING (${write(using, false, id)})`]),
      ...(check === undefined ? [] : [`WITH CHECK (${write(check, true, id)})`]),
    ]
    statements.push(
      `${comment(id)}\nCREATE POLICY ${name} ON ${quote(entity.table)} AS ${kind} FOR ${command}\n  ${clauses.join('\n  ')}`,
    )
  }

  function command(name: Command, using: Side | undefined, check: Side | undefined): void {
    for (const [list, kind, idle] of [
      ['grants', 'PERMISSIVE', { kind: 'false' }],
      ['limits', 'RESTRICTIVE', { kind: 'true' }],
    ] as const)
      for (const id of new Set([...(using?.[list].keys() ?? []), ...(check?.[list].keys() ?? [])]))
        policy(
          name,
          kind,
          id,
          using && (using[list].get(id) ?? idle),
          check && (check[list].get(id) ?? idle),
        )
  }

  command('SELECT', joinVerbs([rows('read'), rows('list')]), undefined)
  command('INSERT', undefined, joinVerbs([images('create')]))
  // A row is marked as deleted by the delete rule, and that is an UPDATE.
  const retires = entity.softDelete !== undefined
  command(
    'UPDATE',
    joinVerbs([rows('update'), ...(retires ? [rows('delete')] : [])]),
    joinVerbs([images('update'), ...(retires ? [retired(entity)] : [])]),
  )
  command('DELETE', joinVerbs([rows('delete')]), undefined)
  // PostgreSQL asks the policies of SELECT only where a statement reads, and they also open what `list` does.
  const { where } = access.decide('read')
  policy('UPDATE', 'RESTRICTIVE', 'writes touch rows that may be read', where, { kind: 'true' })
  policy('DELETE', 'RESTRICTIVE', 'writes touch rows that may be read', where, undefined)
  return { statements, notices }
}

function retired({ softDelete, fields }: Entity): Side | undefined {
  const field = softDelete && fields.get(softDelete.field)
  if (field === undefined) return undefined
  const operand = { kind: 'field', path: [], field: field.name, type: field.type } as const
  const marked: RulePredicate = { kind: 'not', term: { kind: 'isNull', operand } }
  return { grants: new Map([['rows marked as deleted', marked]]), limits: new Map() }
}

export function comment(text: string): string {
  return `-- ${text.replaceAll(/\s+/g, ' ')}`
}

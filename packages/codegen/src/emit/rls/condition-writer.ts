// A rule as the text of a condition. What looks at the row alone stands in the policy itself; what looks
// at other rows is a function that runs as its owner, because rules see raw data (ACC-15) and a policy
// that met the policies of other tables would be narrowed by them, or never end.
import { isLocal } from '@proj/dbal-contract'
import {
  accessOfEveryone,
  foldRule,
  rolesAsked,
  type PrincipalAccess,
  type Reference,
} from '@proj/dbal-policy'
import type { Entity, Field, Model, QueryPredicate, RulePredicate } from '@proj/dbal-schema'
import {
  columnType,
  postgresql,
  storedCondition,
  type ParamUse,
  type StoredTerms,
} from '@proj/dbal-sql'

const { quote } = postgresql
const BINARY = ' COLLATE "C"'

export const string = (text: string): string => `'${text.replaceAll("'", "''")}'`

interface Term {
  readonly sql: string
  readonly type: string
}

export class ConditionWriter {
  readonly access: PrincipalAccess
  readonly #model: Model
  /** Names of functions by the rest of their definition. */
  readonly #functions = new Map<string, string>()

  constructor(model: Model) {
    this.#model = model
    this.access = accessOfEveryone(model)
  }

  /** Statements that make the functions which the conditions call. */
  get functions(): readonly string[] {
    return [...this.#functions].map(([rest, name]) => `CREATE FUNCTION ${name}${rest}`)
  }

  /**
   * `written`: the row is about to be stored. Throws CAPABILITY_NOT_SUPPORTED for what PostgreSQL cannot
   * say.
   */
  write(entity: Entity, rule: RulePredicate, written: boolean): string {
    const { model, access } = { model: this.#model, access: this.access }
    const { predicate, references } = foldRule(rule, entity, { model, access })
    const print = (part: QueryPredicate): string => {
      if (isLocal(part)) return this.#inline(entity, part, references)
      // Roles and claims are asked first, so that few rows need a call.
      switch (part.kind) {
        case 'and':
        case 'or':
          return `(${part.terms.toSorted(byReach).map(print).join(` ${part.kind.toUpperCase()} `)})`
        case 'not':
          return `NOT (${print(part.term)})`
        default:
          return this.#call(entity, part, references, written)
      }
    }
    return print(predicate)
  }

  #inline(entity: Entity, predicate: QueryPredicate, references: readonly Reference[]): string {
    return this.#print(entity, predicate, {
      column: ({ column }) => quote(column),
      param: (index, use) => withUse(termOf(references[index]).sql, use),
    })
  }

  #call(
    entity: Entity,
    predicate: QueryPredicate,
    references: readonly Reference[],
    written: boolean,
  ): string {
    const args: Term[] = []
    const arg = (term: Term): string => {
      const known = args.findIndex(({ sql }) => sql === term.sql)
      const at = known === -1 ? args.push(term) : known + 1
      return term.type === 'text' ? `($${at}${BINARY})` : `$${at}`
    }
    const body = this.#print(entity, predicate, {
      column: (field) => arg({ sql: quote(field.column), type: argumentType(entity, field) }),
      param: (index, use) => withUse(arg(termOf(references[index])), use),
    })
    // A check must see what its own transaction has written so far.
    const sees = written ? 'VOLATILE' : 'STABLE'
    const rest = `(${args.map(({ type }) => type).join(', ')}) RETURNS boolean
LANGUAGE sql ${sees} SECURITY DEFINER SET search_path FROM CURRENT SET row_security = off
AS ${dollarQuoted(`SELECT CAST((${body}) AS boolean)`)}`
    const name = this.#functions.get(rest) ?? `dbal_rls.rule_${this.#functions.size + 1}`
    this.#functions.set(rest, name)
    return `${name}(${args.map(({ sql }) => sql).join(', ')})`
  }

  #print(entity: Entity, predicate: QueryPredicate, terms: StoredTerms): string {
    return storedCondition(this.#model, entity, postgresql, predicate, terms) ?? 'true'
  }
}

function byReach(one: QueryPredicate, other: QueryPredicate): number {
  return Number(isLocal(other)) - Number(isLocal(one))
}

function argumentType(entity: Entity, field: Field): string {
  return columnType(entity, field, postgresql).replace(BINARY, '')
}

/** A subselect without a row of its own is run once in a statement, not once for each row. */
function termOf(reference: Reference | undefined): Term {
  const once = (sql: string, type: string): Term => ({ sql: `(SELECT ${sql})`, type })
  if (reference === undefined) throw new Error('a rule names a value that it does not hold')
  const roles = rolesAsked(reference)
  if (roles !== undefined)
    return once(`dbal_rls.has_role(ARRAY[${roles.map(string).join(', ')}])`, 'boolean')
  switch (reference.kind) {
    case 'now':
      return reference.type === 'bigint'
        ? once('CAST(floor(extract(epoch FROM statement_timestamp()) * 1000) AS bigint)', 'bigint')
        : once("date_trunc('milliseconds', statement_timestamp() AT TIME ZONE 'UTC')", 'timestamp')
    case 'missing':
      return once(`dbal_rls.is_missing('${reference.of}', ${string(reference.name)})`, 'boolean')
    case 'user':
    case 'context': {
      const { kind, name, type, list } = reference
      const args = `'${kind}', ${string(name)}, '${type}'`
      return list
        ? once(`dbal_rls.claims_in(${args})`, 'text')
        : once(`dbal_rls.claim(${args})${BINARY}`, 'text')
    }
    case 'input':
    case 'before':
      throw new Error('a policy knows neither the input nor the row before')
  }
}

function withUse(sql: string, use: ParamUse): string {
  return use === 'pattern' ? `dbal_rls.pattern(${sql})` : sql
}

export function dollarQuoted(text: string): string {
  let tag = '$dbal$'
  for (let n = 1; text.includes(tag); n += 1) tag = `$dbal${n}$`
  return `${tag}${text}${tag}`
}

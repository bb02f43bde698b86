// The validation rules with a built-in meaning: `<field>_unique`, `<field>_format`, `<field>_range`.
import { camelCase, snakeCase } from '../naming/camel-case.ts'

export interface RuleFamily {
  readonly kind: 'unique' | 'format' | 'range'
  /** camelCase; several where a unique constraint over them is named: `name_version_unique`. */
  readonly fields: readonly string[]
}

interface RuleEntity {
  /** By camelCase name. */
  readonly fields: ReadonlyMap<string, unknown>
  readonly uniques: readonly (readonly string[])[]
}

const FAMILY = /^(.+)_(unique|format|range)$/

/** What a rule of a built-in family is about; undefined for any other, which is registered in code. */
export function findRuleFamily(entity: RuleEntity, rule: string): RuleFamily | undefined {
  const [, word = '', suffix = ''] = FAMILY.exec(rule) ?? []
  const kind = suffix as RuleFamily['kind']
  const field = [word, camelCase(word)].find((name) => entity.fields.has(name))
  if (field !== undefined) return { kind, fields: [field] }
  if (kind !== 'unique') return undefined
  const fields = entity.uniques.find(
    (list) => list.map(snakeCase).join('_') === snakeCase(word) && list.length > 1,
  )
  return fields === undefined ? undefined : { kind, fields }
}

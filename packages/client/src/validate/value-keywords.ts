// ajv keywords that judge a value by the contract's own rules and put its canonical form in its place.
import { canonicalValue } from '@proj/dbal-contract'
import type { Field } from '@proj/dbal-schema'
import type { ErrorObject, FuncKeywordDefinition } from 'ajv'

type Verdict =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: string }

/** A value of a field. */
export const VALUE_KEYWORD = keyword('dbalValue', canonicalValue)

/**
 * A value that names a row: canonical where it can be, else any scalar, since a malformed id finds
 * nothing, which is for whoever looks to say.
 */
export const KEY_KEYWORD = keyword('dbalKey', (field, value) => {
  const checked = canonicalValue(field, value)
  return checked.ok || typeof value === 'object' ? checked : { ok: true, value }
})

function keyword(
  name: string,
  judge: (field: Field, value: unknown) => Verdict,
): FuncKeywordDefinition {
  return {
    keyword: name,
    modifying: true,
    errors: true,
    compile(field: Field) {
      const check: {
        (value: unknown, at?: { parentData: unknown; parentDataProperty: string | number }): boolean
        errors?: Partial<ErrorObject>[]
      } = (value, at) => {
        const verdict = judge(field, value)
        if (!verdict.ok) {
          check.errors = [{ keyword: 'dbalValue', message: verdict.error, params: {} }]
          return false
        }
        const parent = at?.parentData as Record<string | number, unknown> | undefined
        if (at !== undefined && parent !== undefined) parent[at.parentDataProperty] = verdict.value
        return true
      }
      return check
    },
  }
}

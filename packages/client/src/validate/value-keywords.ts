// ajv keywords that judge a value by the contract's own rules and put its canonical form in its place.
// They write code into the validator: a keyword that ajv calls is given the value's path, which it would
// make anew for each value of each row.
import { judgeValue, Refused } from '@proj/dbal-contract'
import type { Field } from '@proj/dbal-schema'
import type { _ as codeOf, CodeKeywordDefinition } from 'ajv'

/** The canonical value, or `Refused`. */
type Judge = (field: Field, value: unknown) => unknown

/**
 * A value that names a row: canonical where it can be, else any scalar, since a malformed id finds
 * nothing, which is for whoever looks to say.
 */
const judgeKey: Judge = (field, value) => {
  const judged = judgeValue(field, value)
  return judged instanceof Refused && typeof value !== 'object' ? value : judged
}

/** `dbalValue`: a value of a field; `dbalKey`: one that names a row. `code`: of ajv, which loads late. */
export function valueKeywords(code: typeof codeOf): readonly CodeKeywordDefinition[] {
  return [keyword(code, 'dbalValue', judgeValue), keyword(code, 'dbalKey', judgeKey)]
}

function keyword(code: typeof codeOf, name: string, judge: Judge): CodeKeywordDefinition {
  return {
    keyword: name,
    error: { message: ({ params }) => code`${params['verdict']}.error` },
    code(cxt) {
      const { gen, data, it } = cxt
      const field = cxt.schema as Field
      const ref = gen.scopeValue('func', { ref: (value: unknown) => judge(field, value) })
      const refused = gen.scopeValue('obj', { ref: Refused })
      const verdict = gen.const('verdict', code`${ref}(${data})`)
      cxt.setParams({ verdict })
      cxt.fail(code`${verdict} instanceof ${refused}`)
      gen.if(code`${verdict} !== ${data} && !(${verdict} instanceof ${refused})`, () => {
        gen.assign(data, verdict)
        gen.assign(code`${it.parentData}[${it.parentDataProperty}]`, data)
      })
    },
  }
}

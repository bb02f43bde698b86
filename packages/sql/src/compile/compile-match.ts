// Text search: literal substrings, and LIKE patterns rewritten for the engine.
import { foldAscii, readPattern, unsupported, type Value } from '@proj/dbal-contract'
import type { QueryPredicate } from '@proj/dbal-schema'
import { encodePlain } from '../value/encode-value.ts'
import type { CompileContext } from './compile-context.ts'
import type { Operand } from './compile-operand.ts'
import { sql, text, type Encode, type Sql } from './sql.ts'

const TEXT = { type: 'text' } as const

type Match = Extract<QueryPredicate, { kind: 'match' }>

/**
 * Throws CAPABILITY_NOT_SUPPORTED for a LIKE whose pattern is a stored value: it could not be
 * rewritten.
 */
export function compileMatch(
  { dialect }: CompileContext,
  { op, insensitive }: Match,
  left: Operand,
  right: Operand,
): Sql {
  if (left.literal === null || right.literal === null) return text('NULL')
  const subject = left.sql(TEXT, 'value')
  const folded = insensitive ? dialect.lowerAscii(subject) : subject
  const fold = insensitive ? foldAscii : (wanted: string): string => wanted
  if (op === 'like') {
    if (right.bound === undefined)
      throw unsupported('like', 'the pattern of LIKE must be a value of the query')
    const encode = onText((pattern) => dialect.encodePattern(readPattern(fold(pattern))))
    return sql`(${dialect.like(folded, right.bound(encode, TEXT, true))})`
  }
  const wanted =
    right.bound?.(onText(fold), TEXT) ??
    (insensitive ? dialect.lowerAscii(right.sql(TEXT, 'value')) : right.sql(TEXT, 'value'))
  return sql`(${dialect.match(op, folded, wanted)})`
}

function onText(change: (text: string) => string): Encode {
  return (value: Value | undefined) =>
    typeof value === 'string' ? change(value) : encodePlain(value)
}

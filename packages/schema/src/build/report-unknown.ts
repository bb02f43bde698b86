import type { SourceRange } from '../diagnostic/diagnostic.ts'
import type { Problems } from '../diagnostic/problems.ts'
import { suggestHint } from '../diagnostic/suggest.ts'
import type { DraftEntity } from './draft.ts'

export function reportUnknownField(
  word: string,
  entity: DraftEntity,
  at: SourceRange,
  problems: Problems,
): void {
  const known = [...entity.fields.values()].map((field) => field.spec.column)
  problems.error(
    'unknown-field',
    at,
    `\`${entity.name}\` has no field \`${word}\``,
    suggestHint(word, known),
  )
}

export function reportUnknownEntity(
  word: string,
  known: Iterable<string>,
  at: SourceRange,
  problems: Problems,
): void {
  problems.error('unknown-entity', at, `there is no entity \`${word}\``, suggestHint(word, known))
}

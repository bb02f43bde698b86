// What an operation's name means: a built-in, with the field that a family carries, or a handler's business.
import type { Problems } from '../diagnostic/problems.ts'
import { suggest } from '../diagnostic/suggest.ts'
import type { BuiltIn, InputSpec, OutputSpec } from '../model/operation-spec.ts'
import { camelCase } from '../naming/camel-case.ts'
import { isAccessorMember } from '../naming/client-member.ts'
import { isName } from '../naming/is-name.ts'
import type { SpecEntry } from '../source/spec-node.ts'
import type { DraftEntity } from './draft.ts'
import { reportUnknownField } from './report-unknown.ts'
import { findBuiltIn } from './standard-operation.ts'

export interface Meaning {
  /** The spelling of the spec, a standard name in its own. */
  readonly name: string
  readonly builtIn?: BuiltIn
  readonly byField?: string
}

export function readMeaning(entity: DraftEntity, entry: SpecEntry, problems: Problems): Meaning {
  const { key, keyRange } = entry
  if (!isName(key)) problems.error('bad-name', keyRange, `\`${key}\` is no name for an operation`)
  else if (isAccessorMember(camelCase(key)))
    problems.error(
      'name-taken',
      keyRange,
      `an operation cannot be called \`${key}\`: every accessor has a member of that name`,
    )
  const known = findBuiltIn(key)
  if (known === undefined) return { name: key }
  const { builtIn, name, word } = known
  checkTree(entity, entry, builtIn, problems)
  if (word === undefined) return { name, builtIn }
  const field = findByWord(entity, word)
  if (field !== undefined) return { name, builtIn, byField: field }
  // A near miss is a slip of the pen; any other word is the name of a handler.
  const columns = [...entity.fields.values()].map((other) => other.spec.column)
  if (suggest(word, columns) !== undefined) reportUnknownField(word, entity, keyRange, problems)
  return { name: key }
}

function checkTree(
  entity: DraftEntity,
  { key, keyRange }: SpecEntry,
  builtIn: BuiltIn,
  problems: Problems,
): void {
  if (builtIn !== 'get_tree' && builtIn !== 'reorder' && builtIn !== 'move') return
  if (entity.tree === undefined)
    problems.error(
      'no-tree',
      keyRange,
      `\`${key}\` needs a tree, and \`${entity.name}\` has no single foreign key to itself`,
    )
  else if (builtIn === 'reorder' && entity.tree.orderField === undefined)
    problems.error(
      'no-tree',
      keyRange,
      `\`${key}\` needs an order field, and \`${entity.name}\` has none`,
      'a field called order, position or sort_order',
    )
}

/** `list_by_page_id` and `list_by_page`: the field, or the relation whose key it is. */
function findByWord(entity: DraftEntity, word: string): string | undefined {
  const fold = (text: string): string => text.replaceAll('_', '').toLowerCase()
  const field = [...entity.fields.keys()].find((name) => fold(name) === fold(word))
  if (field !== undefined) return field
  const relation = [...entity.relations.values()].find(
    ({ name, owning }) => owning && fold(name) === fold(word),
  )
  return relation?.from
}

/** A look-up that answers one row needs inputs that no two rows share. */
export function checkLookUp(
  entity: DraftEntity,
  meaning: Meaning,
  input: readonly InputSpec[],
  output: OutputSpec,
  { key, keyRange }: SpecEntry,
  problems: Problems,
): void {
  const { builtIn, byField } = meaning
  if (byField === undefined) return
  if (builtIn !== 'read_by' && output.kind === 'entity' && output.many) return
  const given = new Set([
    byField,
    ...input.flatMap(({ required, field }) => (required ? (field ?? []) : [])),
  ])
  if (entity.uniques.some((list) => list.length > 0 && list.every((name) => given.has(name))))
    return
  problems.error(
    'not-unique',
    keyRange,
    `\`${key}\` finds one row, but \`${byField}\` is not unique`,
    builtIn === 'read_by' ? undefined : `answer a list: \`output: ${entity.name}[]\``,
  )
}

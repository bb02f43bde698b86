// Which field says who owns a row, for `self: true`, and which claim of the principal it is compared with.
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import { Problems } from '../diagnostic/problems.ts'
import type { Entity } from '../model/entity.ts'
import { booleanOf, childOf, entriesOf, stringOf } from '../source/spec-node.ts'
import { areComparable } from '../values/field-type.ts'
import { findDraftField, type DraftEntity, type DraftField } from './draft.ts'
import { reportUnknownField } from './report-unknown.ts'

type Owner = NonNullable<Entity['owner']>

/** Tried in this order where nothing else says who owns a row. */
const OWNER_NAMES: readonly string[] = ['userId', 'ownerId', 'authorId', 'createdBy']

/** `owner:`, else the only foreign key to the user entity, else a guess by name, which is marked as one. */
export function findOwner(
  entity: DraftEntity,
  principal: DraftEntity | undefined,
  problems: Problems,
): Owner | undefined {
  const node = childOf(entity.node, 'owner')
  const word = stringOf(node)
  if (node !== undefined && word !== undefined) {
    const field = findDraftField(entity, word)
    if (field !== undefined) return ownerBy(field, principal, node.range, problems)
    reportUnknownField(word, entity, node.range, problems)
    return undefined
  }
  if (entity.principal) {
    const [field] = entity.primaryKey
    return field === undefined ? undefined : { field, claim: 'id' }
  }
  const [only, ...more] = [...entity.fields.values()].filter(
    (field) => principal !== undefined && field.spec.foreignKey?.entity === principal.name,
  )
  if (only !== undefined && more.length === 0) return ownerBy(only, principal, only.at, problems)
  const guessed = OWNER_NAMES.map((name) => entity.fields.get(name)).find(
    (field) => field !== undefined,
  )
  if (guessed === undefined) return undefined
  return { ...ownerBy(guessed, principal, guessed.at, new Problems()), guessed: true }
}

function ownerBy(
  field: DraftField,
  principal: DraftEntity | undefined,
  at: SourceRange,
  problems: Problems,
): Owner {
  const reference = referenceOf(field, principal)
  const target = principal?.fields.get(reference ?? '')
  const claimType = target?.typed === true ? target.spec.type : undefined
  // Of a foreign key the mismatch is reported already.
  const judged = field.typed && field.spec.foreignKey === undefined
  if (claimType !== undefined && judged && !areComparable(claimType, field.spec.type))
    problems.error(
      'type-mismatch',
      at,
      `the owner field \`${field.spec.column}\` is ${field.spec.type}, but \`$user.${reference ?? 'id'}\` is ${claimType}`,
    )
  const [id] = principal?.primaryKey ?? []
  const claim = reference === undefined || reference === id ? 'id' : reference
  return { field: field.spec.name, claim }
}

/** The field of the user entity whose values the owner field holds: what its foreign key says, else a unique namesake. */
function referenceOf(field: DraftField, principal: DraftEntity | undefined): string | undefined {
  const key = field.spec.foreignKey
  if (key !== undefined && key.entity === principal?.name) return key.field
  const namesake = principal?.fields.get(field.spec.name)?.spec
  if (namesake?.unique === true && namesake.type === field.spec.type) return namesake.name
  return principal?.primaryKey[0]
}

/** `self: true` without a `row_level` beside it, where the owner is a guess or nobody. */
export function warnAboutOwner(entity: DraftEntity, problems: Problems): void {
  const { owner } = entity
  if (owner !== undefined && owner.guessed !== true) return
  for (const at of selfGrants(entity)) {
    if (owner === undefined)
      problems.warn(
        'no-owner',
        at,
        `nothing says who owns a row of \`${entity.name}\`: this grant never holds`,
        'name the field with `owner:`, or write a `row_level` beside it',
      )
    else
      problems.warn(
        'guessed-owner',
        at,
        `\`self\` takes \`${owner.field}\` for the owner by its name`,
        `say so: \`owner: ${owner.field}\``,
      )
  }
}

function selfGrants(entity: DraftEntity): readonly SourceRange[] {
  return entriesOf(childOf(entity.node, 'acl')).flatMap(({ node }) => {
    const grants = node.kind === 'list' ? node.items : [node]
    return grants.flatMap((grant) => {
      const self = childOf(grant, 'self')
      const narrowed = childOf(grant, 'row_level', 'row_level_filter') !== undefined
      return self !== undefined && booleanOf(self) === true && !narrowed ? [self.range] : []
    })
  })
}

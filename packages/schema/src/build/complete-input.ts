// The inputs that a look-up or a tree operation cannot do without, where its spec leaves them out.
import type { Problems } from '../diagnostic/problems.ts'
import type { InputSpec } from '../model/operation-spec.ts'
import { camelCase } from '../naming/camel-case.ts'
import type { SpecEntry } from '../source/spec-node.ts'
import type { DraftEntity } from './draft.ts'
import type { Meaning } from './operation-meaning.ts'

export function completeInput(
  input: readonly InputSpec[],
  meaning: Meaning,
  entity: DraftEntity,
): readonly InputSpec[] {
  const { byField, builtIn } = meaning
  if (byField !== undefined) {
    const named = input.some(({ field }) => field === byField)
    return named ? input : [fieldInput(entity, byField, byField, true), ...input]
  }
  const [id] = entity.primaryKey
  const { tree } = entity
  if (input.length > 0 || id === undefined || tree === undefined) return input
  const root = tree.ownerField ?? id
  if (builtIn === 'get_tree') return [fieldInput(entity, root, root, true)]
  if (builtIn === 'reorder')
    return [{ name: 'items', key: 'items', type: 'list', required: true, sensitive: false }]
  if (builtIn !== 'move') return input
  const parent = entity.fields.get(tree.parentField)?.spec
  const moved: InputSpec[] = [
    fieldInput(entity, id, id, true),
    {
      name: 'newParentId',
      key: 'new_parent_id',
      type: parent?.type ?? 'json',
      required: true,
      sensitive: false,
      ...(parent?.nullable === true ? { nullable: true } : {}),
    },
  ]
  const { orderField } = tree
  return orderField === undefined
    ? moved
    : [...moved, fieldInput(entity, orderField, 'order', false)]
}

function fieldInput(entity: DraftEntity, name: string, key: string, required: boolean): InputSpec {
  const field = entity.fields.get(name)?.spec
  return {
    name: camelCase(key),
    key,
    type: field?.type ?? 'json',
    required,
    sensitive: field?.sensitive ?? false,
    ...(field === undefined ? {} : { field: field.name }),
  }
}

/** `get_tree` starts at a root or at what trees belong to; `reorder` takes one list. */
export function checkTreeInput(
  entity: DraftEntity,
  { builtIn }: Meaning,
  input: readonly InputSpec[],
  { key, keyRange }: SpecEntry,
  problems: Problems,
): void {
  if (entity.tree === undefined) return
  const required = input.filter((spec) => spec.required)
  const [only, ...more] = required
  if (builtIn === 'reorder' && (only === undefined || more.length > 0 || only.field !== undefined))
    problems.error('bad-input', keyRange, `\`${key}\` takes one list of \`{ id, order }\``)
  if (builtIn !== 'get_tree' || only === undefined) return
  const isRoot = entity.primaryKey.includes(only.field ?? '')
  const isOwner = entity.fields.get(only.field ?? '')?.spec.foreignKey !== undefined
  if (more.length > 0 || !(isRoot || isOwner))
    problems.error(
      'bad-input',
      keyRange,
      `\`${key}\` takes the primary key of a root, or one foreign key that trees belong to`,
    )
  // A tree may belong to several things; the spec says which one counts.
  else if (isOwner && !isRoot && only.field !== undefined && only.field !== entity.tree.parentField)
    entity.tree = { ...entity.tree, ownerField: only.field }
}

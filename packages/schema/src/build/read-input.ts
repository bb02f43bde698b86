// `input:` of an operation: `{ required, optional }` or a plain list, entries being names or `{ name, type, .. }`.
import type { Problems } from '../diagnostic/problems.ts'
import type { BuiltIn, InputSpec } from '../model/operation-spec.ts'
import { camelCase } from '../naming/camel-case.ts'
import { isName, NAME_HINT } from '../naming/is-name.ts'
import { demandNoPrototype } from './demand-no-prototype.ts'
import { booleanOf, childOf, itemsOf, stringOf, type SpecNode } from '../source/spec-node.ts'
import { findFieldType } from '../values/field-type.ts'
import { findDraftField, type DraftEntity } from './draft.ts'

type InputType = InputSpec['type']

/** Inputs that are no fields and mean the same in every operation. */
const WELL_KNOWN: ReadonlyMap<string, InputType> = new Map<string, InputType>([
  ['query', 'string'],
  ['filter', 'object'],
  ['data', 'object'],
  ['items', 'list'],
  ['page', 'integer'],
  ['limit', 'integer'],
  ['sort', 'json'],
  ['cursor', 'string'],
  ['where', 'object'],
  ['create', 'object'],
  ['update', 'object'],
  ['select', 'list'],
  ['include', 'object'],
])

export function readInput(
  node: SpecNode | undefined,
  entity: DraftEntity,
  builtIn: BuiltIn | undefined,
  problems: Problems,
): InputSpec[] {
  const entries: [SpecNode, boolean][] =
    node?.kind === 'list'
      ? itemsOf(node).map((item) => [item, true])
      : [
          ...itemsOf(childOf(node, 'required')).map((item): [SpecNode, boolean] => [item, true]),
          ...itemsOf(childOf(node, 'optional')).map((item): [SpecNode, boolean] => [item, false]),
        ]
  const inputs: InputSpec[] = []
  for (const [item, required] of entries) {
    const input = readEntry(item, required, entity, builtIn)
    if (input === undefined) continue
    if (!isName(input.key))
      problems.error('bad-name', item.range, `\`${input.key}\` is no name for an input`, NAME_HINT)
    demandNoPrototype(input.name, item.range, problems)
    if (inputs.some((other) => other.name === input.name))
      problems.error('duplicate-name', item.range, `the input \`${input.key}\` stands twice`)
    else inputs.push(input)
  }
  return inputs
}

/** What `$input.<name>` may name: a standard operation takes every field and option, listed or not. */
export function acceptedInputs(
  entity: DraftEntity,
  builtIn: BuiltIn | undefined,
  input: readonly InputSpec[],
): ReadonlyMap<string, InputType> {
  const listed = input.map(({ name, type }): [string, InputType] => [name, type])
  if (builtIn === undefined) return new Map(listed)
  const fields = [...entity.fields].map(([name, { spec }]): [string, InputType] => [
    name,
    spec.type,
  ])
  return new Map([...WELL_KNOWN, ...fields, ...listed])
}

function readEntry(
  item: SpecNode,
  required: boolean,
  entity: DraftEntity,
  builtIn: BuiltIn | undefined,
): InputSpec | undefined {
  const written = stringOf(childOf(item, 'name') ?? item)
  if (written === undefined) return undefined
  const key = written.replace(/\?$/, '')
  const name = camelCase(key)
  const field = findDraftField(entity, key)?.spec
  const type = readType(childOf(item, 'type')) ?? field?.type ?? guessType(key, entity, builtIn)
  const sensitive = booleanOf(childOf(item, 'sensitive')) ?? field?.sensitive ?? false
  return {
    name,
    key,
    type,
    required: required && !written.endsWith('?') && booleanOf(childOf(item, 'optional')) !== true,
    sensitive,
    ...(namesParent(name, builtIn) && canBeRoot(entity) ? { nullable: true } : {}),
    ...(field === undefined ? {} : { field: field.name }),
  }
}

function namesParent(name: string, builtIn: BuiltIn | undefined): boolean {
  return builtIn === 'move' && (name === 'newParentId' || name === 'newParent')
}

function canBeRoot({ tree, fields }: DraftEntity): boolean {
  return fields.get(tree?.parentField ?? '')?.spec.nullable === true
}

// An unknown type is a matter of structure and reported there.
function readType(node: SpecNode | undefined): InputType | undefined {
  const word = stringOf(node)
  if (word === 'list' || word === 'array') return 'list'
  if (word === undefined || word === 'object') return word
  return findFieldType(word)
}

function guessType(key: string, entity: DraftEntity, builtIn: BuiltIn | undefined): InputType {
  const name = camelCase(key)
  const fieldType = (field: string | undefined): InputType | undefined =>
    field === undefined ? undefined : entity.fields.get(field)?.spec.type
  if (builtIn === 'reorder') return 'list'
  if (namesParent(name, builtIn)) return fieldType(entity.tree?.parentField) ?? 'json'
  if (builtIn === 'move' && name === 'order') return fieldType(entity.tree?.orderField) ?? 'integer'
  return WELL_KNOWN.get(name) ?? 'json'
}

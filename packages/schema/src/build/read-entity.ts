// One document of `entities/`: its name, physical name, accessor and fields. What joins entities is left to later steps.
import type { Problems } from '../diagnostic/problems.ts'
import { camelCase, pascalCase } from '../naming/camel-case.ts'
import { isClientMember } from '../naming/client-member.ts'
import { isName, NAME_HINT } from '../naming/is-name.ts'
import { demandNoPrototype } from './demand-no-prototype.ts'
import { MAX_IDENTIFIER_BYTES } from '../naming/physical-name.ts'
import { accessorName, tableName } from '../naming/plural-name.ts'
import type { SpecDocument } from '../source/parse-documents.ts'
import { childOf, entriesOf, stringOf, type SpecNode } from '../source/spec-node.ts'
import type { DraftEntity } from './draft.ts'
import { readField } from './read-field.ts'

const ENTITY_NAME = /^[A-Z][A-Za-z0-9]*$/

/** Reads the part that needs no other entity; a document without a usable name is read under that of its file. */
export function readEntity(document: SpecDocument, problems: Problems): DraftEntity {
  const { root, file } = document
  const nameNode = childOf(root, 'entity')
  const name = stringOf(nameNode)
  if (name !== undefined && nameNode !== undefined) checkEntityName(name, nameNode, problems)
  const spelt = pascalCase(name ?? '')
  const called = ENTITY_NAME.test(spelt) ? spelt : pascalCase(baseName(file))
  const entity: DraftEntity = {
    name: called,
    at: nameNode?.range ?? root.range,
    file,
    node: root,
    accessor: readAccessor(root, called, nameNode, problems),
    table: readTable(root, called, problems),
    fields: new Map(),
    primaryKey: [],
    relations: new Map(),
    uniques: [],
    indexes: [],
    constraints: [],
    operations: new Map(),
    principal: false,
  }
  readFields(entity, problems)
  return entity
}

/** `entities/core/page_config.yaml` → `page_config`; `.ops` is dropped as well. */
export function baseName(file: string): string {
  return file
    .replace(/^.*\//, '')
    .replace(/\.ya?ml$/i, '')
    .replace(/\.ops$/i, '')
}

function checkEntityName(name: string, node: SpecNode, problems: Problems): void {
  if (!ENTITY_NAME.test(name))
    problems.error(
      'bad-entity-name',
      node.range,
      `\`${name}\` is no entity name: it must be in PascalCase`,
      pascalHint(name),
    )
  else if (name.length > MAX_IDENTIFIER_BYTES - 4)
    problems.error(
      'name-too-long',
      node.range,
      `an entity name has at most ${MAX_IDENTIFIER_BYTES - 4} letters`,
    )
}

function pascalHint(name: string): string | undefined {
  const pascal = pascalCase(name)
  return ENTITY_NAME.test(pascal) ? `write \`${pascal}\`` : undefined
}

function readAccessor(
  root: SpecNode,
  name: string,
  nameNode: SpecNode | undefined,
  problems: Problems,
): string {
  const plural = childOf(root, 'plural')
  const said = stringOf(plural)
  const accessor = said === undefined || !isName(said) ? accessorName(name) : camelCase(said)
  const at = plural ?? nameNode
  if (plural !== undefined && said !== undefined && !isName(said))
    problems.error('bad-name', plural.range, `\`${said}\` is no name for an accessor`)
  else if (at !== undefined && isClientMember(accessor))
    problems.error(
      'name-taken',
      at.range,
      `the accessor \`${accessor}\` would hide a member of the client`,
      'give another `plural`',
    )
  return accessor
}

function readTable(root: SpecNode, name: string, problems: Problems): string {
  const node = childOf(root, 'table')
  const said = stringOf(node)
  if (node === undefined || said === undefined) return tableName(name)
  if (!isName(said))
    problems.error('bad-name', node.range, `\`${said}\` is no name for a table`, NAME_HINT)
  checkLength(said, node, problems)
  return said
}

function readFields(entity: DraftEntity, problems: Problems): void {
  for (const entry of entriesOf(childOf(entity.node, 'fields'))) {
    const at = entry.keyRange
    if (!isName(entry.key))
      problems.error('bad-name', at, `\`${entry.key}\` is no name for a field`, NAME_HINT)
    else if (Buffer.byteLength(entry.key) > MAX_IDENTIFIER_BYTES)
      problems.error('name-too-long', at, `a field name has at most ${MAX_IDENTIFIER_BYTES} bytes`)
    const field = readField(entry, problems)
    demandNoPrototype(field.spec.name, at, problems)
    const earlier = [...entity.fields.values()].find(
      (other) =>
        other.spec.name === field.spec.name ||
        other.spec.column.toLowerCase() === field.spec.column.toLowerCase(),
    )
    if (earlier === undefined) entity.fields.set(field.spec.name, field)
    else
      problems.error(
        'duplicate-name',
        at,
        `\`${entry.key}\` and \`${earlier.spec.column}\` are the same field: names are compared in camelCase, columns without case`,
      )
  }
}

function checkLength(name: string, node: SpecNode, problems: Problems): void {
  if (Buffer.byteLength(name) > MAX_IDENTIFIER_BYTES)
    problems.error(
      'name-too-long',
      node.range,
      `a table name has at most ${MAX_IDENTIFIER_BYTES} bytes`,
    )
}

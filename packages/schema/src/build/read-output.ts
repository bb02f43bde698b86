// What an operation answers, and how many rows at a time.
import type { Problems } from '../diagnostic/problems.ts'
import type { BuiltIn, OperationSpec, OutputSpec } from '../model/operation-spec.ts'
import { booleanOf, childOf, numberOf, stringOf, type SpecNode } from '../source/spec-node.ts'
import type { Workspace } from './workspace.ts'
import type { DraftEntity } from './draft.ts'
import { reportUnknownEntity } from './report-unknown.ts'
import { defaultOutput } from './standard-operation.ts'

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 100

export const DEFAULT_PAGING: Pick<OperationSpec, 'pagination' | 'defaultLimit' | 'maxLimit'> = {
  pagination: false,
  defaultLimit: DEFAULT_LIMIT,
  maxLimit: MAX_LIMIT,
}

const SCALARS: ReadonlyMap<string, 'boolean' | 'integer' | 'string' | 'json' | 'float'> = new Map([
  ['boolean', 'boolean'],
  ['bool', 'boolean'],
  ['integer', 'integer'],
  ['int', 'integer'],
  ['string', 'string'],
  ['json', 'json'],
  ['float', 'float'],
  ['number', 'float'],
])

export function readOutput(
  node: SpecNode | undefined,
  entity: DraftEntity,
  builtIn: BuiltIn | undefined,
  workspace: Workspace,
  problems: Problems,
): OutputSpec {
  const fallback: OutputSpec =
    builtIn === undefined ? { kind: 'scalar', type: 'json' } : defaultOutput(builtIn, entity.name)
  const word = stringOf(node)?.trim()
  if (node === undefined || word === undefined) return fallback
  const scalar = SCALARS.get(word)
  if (scalar !== undefined) return { kind: 'scalar', type: scalar }
  const name = word.replace(/\s*\[\]$/, '')
  if (!workspace.entities.has(name)) {
    if (!workspace.unread.has(name))
      reportUnknownEntity(
        name,
        [...workspace.entities.keys(), ...SCALARS.keys()],
        node.range,
        problems,
      )
    return fallback
  }
  return { kind: 'entity', entity: name, many: word !== name }
}

export function readPaging(
  node: SpecNode,
  problems: Problems,
): Pick<OperationSpec, 'pagination' | 'defaultLimit' | 'maxLimit'> {
  const saidDefault = numberOf(childOf(node, 'default_limit'))
  const maxLimit = numberOf(childOf(node, 'max_limit')) ?? Math.max(MAX_LIMIT, saidDefault ?? 0)
  const at = childOf(node, 'default_limit')
  if (saidDefault !== undefined && saidDefault > maxLimit && at !== undefined)
    problems.error(
      'min-above-max',
      at.range,
      `default_limit (${saidDefault}) is above max_limit (${maxLimit})`,
    )
  const pagination = childOf(node, 'pagination')
  return {
    pagination: pagination !== undefined && booleanOf(pagination) !== false,
    defaultLimit: saidDefault ?? Math.min(DEFAULT_LIMIT, maxLimit),
    maxLimit,
  }
}

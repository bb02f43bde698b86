// One operation of a spec: what it takes, answers, and who may call it. Handlers and registered rules are code and
// are not looked for here.
import type { Problems } from '../diagnostic/problems.ts'
import type { Claim } from '../model/model.ts'
import type { BuiltIn, OperationSpec } from '../model/operation-spec.ts'
import { camelCase } from '../naming/camel-case.ts'
import {
  booleanOf,
  childOf,
  entryOf,
  stringsOf,
  textOf,
  type SpecEntry,
  type SpecNode,
} from '../source/spec-node.ts'
import { isStringLike } from '../values/field-type.ts'
import type { Workspace } from './workspace.ts'
import { checkTreeInput, completeInput } from './complete-input.ts'
import { findDraftField, type DraftEntity, type DraftField } from './draft.ts'
import { checkLookUp, readMeaning } from './operation-meaning.ts'
import { acceptedInputs, readInput } from './read-input.ts'
import {
  readErrors,
  readRateLimit,
  readScalars,
  readValidation,
  readVerbs,
} from './read-operation-parts.ts'
import { DEFAULT_PAGING, readOutput, readPaging } from './read-output.ts'
import type { PredicateReader } from './read-predicate.ts'
import { reportUnknownField } from './report-unknown.ts'
import { defaultOutput, defaultVerbs } from './standard-operation.ts'

export interface OperationScope {
  readonly workspace: Workspace
  readonly claims: ReadonlyMap<string, Claim>
  readonly errorCodes: ReadonlySet<string>
  readonly predicates: PredicateReader
  readonly problems: Problems
}

export function readOperation(
  entity: DraftEntity,
  entry: SpecEntry,
  scope: OperationScope,
): OperationSpec {
  const { node } = entry
  const { problems } = scope
  const meaning = readMeaning(entity, entry, problems)
  const { builtIn, byField } = meaning
  const input = completeInput(
    readInput(childOf(node, 'input'), entity, builtIn, problems),
    meaning,
    entity,
  )
  const output = readOutput(childOf(node, 'output'), entity, builtIn, scope.workspace, problems)
  checkLookUp(entity, meaning, input, output, entry, problems)
  checkTreeInput(entity, meaning, input, entry, problems)
  const isPublic = booleanOf(childOf(node, 'public')) === true
  const required = childOf(node, 'acl_required')
  const verbs =
    required !== undefined
      ? readVerbs(required, entity, builtIn, scope.workspace, problems)
      : builtIn === undefined
        ? []
        : defaultVerbs(builtIn).map((action) => ({ entity: entity.name, action }))
  const said = booleanOf(childOf(node, 'system_only'))
  const contradiction = entryOf(node, 'public')
  if (isPublic && said === true && contradiction !== undefined)
    problems.error(
      'conflicting-keys',
      contradiction.keyRange,
      '`public` and `system_only` exclude each other',
    )
  const systemOnly = said ?? (builtIn === undefined && !isPublic && required === undefined)
  const check = childOf(node, 'row_level_check')
  const inputs = acceptedInputs(entity, builtIn, input)
  const rowLevelCheck = scope.predicates.read(check, entity, { inputs })
  const description = textOf(childOf(node, 'description'))
  const fullText = readFullText(childOf(node, 'full_text_search'), entity, problems)
  const rateLimit = readRateLimit(childOf(node, 'rate_limit'), inputs, scope.claims, problems)
  return {
    name: meaning.name,
    method: camelCase(meaning.name),
    ...(builtIn === undefined ? {} : { builtIn }),
    ...(byField === undefined ? {} : { byField }),
    declared: true,
    ...(description === undefined ? {} : { description }),
    input,
    output,
    public: isPublic,
    systemOnly,
    verbs,
    ...(rowLevelCheck === undefined ? {} : { rowLevelCheck }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    validation: readValidation(childOf(node, 'validation'), entity, problems),
    errors: readErrors(childOf(node, 'errors'), scope.errorCodes, problems),
    security: readScalars(childOf(node, 'security')),
    reads: readFieldNames(childOf(node, 'reads'), entity, problems),
    ...readPaging(node, problems),
    ...(fullText === undefined ? {} : { fullTextSearch: fullText }),
    source: entry.keyRange,
  }
}

/** A standard operation that no file lists. */
export function undeclaredOperation(entity: DraftEntity, builtIn: BuiltIn): OperationSpec {
  return {
    name: builtIn,
    method: camelCase(builtIn),
    builtIn,
    declared: false,
    input: [],
    output: defaultOutput(builtIn, entity.name),
    public: false,
    systemOnly: false,
    verbs: defaultVerbs(builtIn).map((action) => ({ entity: entity.name, action })),
    validation: [],
    errors: [],
    security: {},
    reads: [],
    ...DEFAULT_PAGING,
    pagination: builtIn === 'list' || builtIn === 'search',
  }
}

function readFullText(
  node: SpecNode | undefined,
  entity: DraftEntity,
  problems: Problems,
): string[] | undefined {
  if (node?.kind !== 'list') return undefined
  return readFieldNames(node, entity, problems, (field, at) => {
    if (field.typed && !isStringLike(field.spec.type))
      problems.error(
        'type-mismatch',
        at.range,
        `\`${field.spec.column}\` is ${field.spec.type}: only text is searched`,
      )
  })
}

function readFieldNames(
  node: SpecNode | undefined,
  entity: DraftEntity,
  problems: Problems,
  check: (field: DraftField, at: SpecNode) => void = () => undefined,
): string[] {
  return stringsOf(node).flatMap(({ value, node: item }) => {
    const field = findDraftField(entity, value)
    if (field === undefined) {
      reportUnknownField(value, entity, item.range, problems)
      return []
    }
    check(field, item)
    return [field.spec.name]
  })
}

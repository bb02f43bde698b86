// Entities with everything that joins them: keys, relations, the principal, operations and rules.
import type { Problems } from '../diagnostic/problems.ts'
import type { Entity, Index } from '../model/entity.ts'
import type { Model } from '../model/model.ts'
import type { SpecDocument } from '../source/parse-documents.ts'
import type { SourceTexts } from '../source/source-text.ts'
import { buildIndexes, type DraftIndex } from './build-indexes.ts'
import { buildPrimaryKey } from './build-keys.ts'
import { buildClaims, checkClaimDefaults, findPrincipal } from './build-principal.ts'
import { buildRelations } from './build-relations.ts'
import type { Workspace } from './workspace.ts'
import { buildRules } from './build-rules.ts'
import { buildTree } from './build-tree.ts'
import type { DraftEntity } from './draft.ts'
import { PhysicalNames } from './name-indexes.ts'
import { collectOperations } from './operation-source.ts'
import { finishEntity } from './finish-entity.ts'
import { readEntities } from './read-entities.ts'
import { readOperation, undeclaredOperation, type OperationScope } from './read-operation.ts'
import { PredicateReader } from './read-predicate.ts'
import { readClaims, readRoles } from './read-roles.ts'
import { STANDARD_OPERATIONS } from './standard-operation.ts'

export interface EntitySources {
  readonly entities: readonly SpecDocument[]
  readonly operations: readonly SpecDocument[]
  readonly policies: readonly SpecDocument[]
  readonly roles: readonly SpecDocument[]
  readonly unread: ReadonlySet<string>
  readonly errorCodes: ReadonlySet<string>
}

export interface BuiltEntities extends Pick<Model, 'entities' | 'roles' | 'claims' | 'rules'> {
  readonly workspace: Workspace
}

export function buildEntities(
  sources: EntitySources,
  texts: SourceTexts,
  problems: Problems,
): BuiltEntities {
  const workspace = readEntities(sources.entities, sources.unread, problems)
  const indexes = new Map<DraftEntity, DraftIndex[]>()
  for (const draft of workspace.drafts) {
    buildPrimaryKey(draft, problems)
    indexes.set(draft, buildIndexes(draft, problems))
  }
  buildRelations(workspace, problems)
  for (const draft of workspace.drafts) buildTree(draft)
  const roles = readRoles(sources.roles, problems)
  const principal = findPrincipal(workspace, roles, problems)
  const claims = buildClaims(readClaims(sources.roles), principal)
  for (const draft of workspace.drafts) checkClaimDefaults(draft, claims, problems)
  const predicates = new PredicateReader(workspace, claims, texts, problems)
  const rules = buildRules(
    { workspace, policies: sources.policies, roles, claims, principal },
    texts,
    problems,
  )
  const scope = { workspace, claims, errorCodes: sources.errorCodes, predicates, problems }
  buildOperations(sources.operations, scope)
  const named = nameAll(workspace, indexes, predicates, problems)
  const finished = workspace.drafts.map((draft): [DraftEntity, Entity] => [
    draft,
    finishEntity(draft, named.get(draft) ?? [], predicates, problems),
  ])
  const entities = new Map(
    finished.flatMap(([draft, entity]) =>
      workspace.entities.get(draft.name) === draft ? [[entity.name, entity] as const] : [],
    ),
  )
  return { workspace, entities, roles, claims, rules }
}

function buildOperations(documents: readonly SpecDocument[], scope: OperationScope): void {
  const entries = collectOperations(documents, scope.workspace, scope.problems)
  for (const draft of scope.workspace.drafts) {
    for (const entry of entries.get(draft) ?? []) {
      const operation = readOperation(draft, entry, scope)
      const twin = [...draft.operations.values()].find(({ method }) => method === operation.method)
      if (twin === undefined) draft.operations.set(operation.name, operation)
      else
        scope.problems.error(
          'duplicate-operation',
          entry.keyRange,
          `\`${draft.name}\` already has an operation \`${twin.name}\``,
          twin.source === undefined
            ? undefined
            : `the first is at ${twin.source.file}:${twin.source.line}`,
        )
    }
    for (const builtIn of STANDARD_OPERATIONS)
      if (!draft.operations.has(builtIn))
        draft.operations.set(builtIn, undeclaredOperation(draft, builtIn))
  }
}

function byPlace(a: DraftEntity, b: DraftEntity): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : a.at.line - b.at.line
}

function nameAll(
  workspace: Workspace,
  indexes: ReadonlyMap<DraftEntity, readonly DraftIndex[]>,
  predicates: PredicateReader,
  problems: Problems,
): ReadonlyMap<DraftEntity, Index[]> {
  const names = new PhysicalNames(problems)
  // In the order of the files: the later of two equal names is the one to report.
  const own = [...workspace.entities.values()].sort(byPlace)
  for (const draft of own) names.claimTable(draft)
  for (const draft of own)
    for (const index of indexes.get(draft) ?? []) names.claimIndexName(draft, index)
  return new Map(
    workspace.drafts.map((draft) => [
      draft,
      (indexes.get(draft) ?? []).map((index): Index => {
        const where = predicates.read(index.where, draft, { rowOnly: true })
        return {
          name: names.nameIndex(draft, index),
          fields: index.fields,
          unique: index.unique,
          ...(where === undefined ? {} : { where }),
          ...(index.kind === undefined ? {} : { kind: index.kind }),
        }
      }),
    ]),
  )
}

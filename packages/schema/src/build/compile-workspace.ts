// Texts to a Model: the order of the steps. Each step reports what it finds and leaves what it can to the next,
// so that one run shows every fault.
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { Problems } from '../diagnostic/problems.ts'
import type { Model } from '../model/model.ts'
import { hashModel } from '../model/hash-model.ts'
import { fileKind, findMeantPlace, isYaml, type FileKind } from '../source/file-kind.ts'
import { parseDocuments, type SpecDocument } from '../source/parse-documents.ts'
import type { SourceFile } from '../source/source-file.ts'
import { SourceTexts } from '../source/source-text.ts'
import { childOf, stringOf } from '../source/spec-node.ts'
import { checkStructure, type DocumentKind } from '../structure/check-structure.ts'
import { buildEntities } from './build-entities.ts'
import { dropRegistries } from './drop-registries.ts'
import { judgeReadings, type Documents } from './judge-readings.ts'
import { readCapabilities } from './read-capabilities.ts'
import { readErrorCatalogue } from './read-errors.ts'
import { readSeeds } from './read-seeds.ts'

export interface LoadResult {
  /** Present when no diagnostic is an error. */
  readonly model?: Model
  /** By file, then position. */
  readonly diagnostics: readonly Diagnostic[]
  readonly files: readonly SourceFile[]
}

export interface CompileOptions {
  /** Problems met before the texts were there, reported with the others. */
  readonly diagnostics?: readonly Diagnostic[]
}

/** Checks a workspace given as texts. Pure; it never throws for what the texts hold. */
export function compileWorkspace(
  files: readonly SourceFile[],
  options: CompileOptions = {},
): LoadResult {
  const problems = new Problems()
  for (const found of options.diagnostics ?? []) problems.add(found)
  const sorted = readable(files, problems)
  if (!problems.has('no-workspace') && sorted.every(({ path }) => fileKind(path) !== 'entities'))
    problems.error(
      'no-entities',
      { file: 'entities', line: 1, column: 1 },
      'the workspace has no entities',
      'its folder `entities/` holds one YAML document for each',
    )
  const documents = parseAll(sorted, problems)
  const texts = new SourceTexts(new Map(sorted.map(({ path, text }) => [path, text])))
  const { model, found } = judgeReadings(documents, (read) => {
    const own = new Problems()
    checkStructures(read, own)
    return { model: build(read, texts, own), found: own.sorted() }
  })
  problems.addAll(found)
  const diagnostics = problems.sorted()
  const failed = diagnostics.some(({ severity }) => severity === 'error')
  return { ...(failed ? {} : { model }), diagnostics, files: sorted }
}

/** The files that count, by path; one whose name is nearly that of a known place is probably meant to. */
function readable(files: readonly SourceFile[], problems: Problems): SourceFile[] {
  const known: SourceFile[] = []
  for (const { path, text } of files) {
    const near = isYaml(path) ? findMeantPlace(path) : undefined
    if (fileKind(path) !== undefined) known.push({ path, text: text.replace(/^\uFEFF/, '') })
    else if (near !== undefined)
      problems.warn(
        'unknown-file',
        { file: path, line: 1, column: 1 },
        `\`${near.place}\` is no part of a workspace, so this file is not read`,
        `did you mean \`${near.meant}\`?`,
      )
  }
  return known.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

function parseAll(files: readonly SourceFile[], problems: Problems): Documents {
  const documents = new Map<FileKind, SpecDocument[]>()
  for (const file of files) {
    const kind = fileKind(file.path)
    if (kind === undefined) continue
    const list = documents.get(kind) ?? []
    const parsed = parseDocuments(file, problems)
    list.push(...(kind === 'entities' ? dropRegistries(parsed, problems) : parsed))
    documents.set(kind, list)
  }
  return documents
}

/** The schema that each kind of file is checked against. */
const SCHEMAS: Readonly<Record<FileKind, DocumentKind>> = {
  entities: 'entity',
  operations: 'operations',
  policies: 'policies',
  seeds: 'seeds',
  roles: 'roles',
  errors: 'errors',
  capabilities: 'capabilities',
}

function checkStructures(documents: Documents, problems: Problems): void {
  for (const [kind, list] of documents)
    for (const { root, broken } of list) if (!broken) checkStructure(SCHEMAS[kind], root, problems)
}

function build(documents: Documents, texts: SourceTexts, problems: Problems): Model {
  const all = (kind: FileKind): readonly SpecDocument[] => documents.get(kind) ?? []
  const of = (kind: FileKind): readonly SpecDocument[] => all(kind).filter(({ broken }) => !broken)
  const unread = all('entities')
    .filter(({ broken }) => broken)
    .flatMap(({ root }) => stringOf(childOf(root, 'entity')) ?? [])
  const errors = readErrorCatalogue(of('errors'), problems)
  const { workspace, ...parts } = buildEntities(
    {
      entities: of('entities'),
      operations: of('operations'),
      policies: of('policies'),
      roles: of('roles'),
      unread: new Set(unread),
      errorCodes: new Set(errors.codes.keys()),
    },
    texts,
    problems,
  )
  const model = {
    ...parts,
    accessors: new Map([...parts.entities.values()].map((entity) => [entity.accessor, entity])),
    errors,
    capabilities: readCapabilities(of('capabilities'), problems),
    seeds: readSeeds(of('seeds'), workspace, problems),
  }
  return { ...model, hash: hashModel(model) }
}

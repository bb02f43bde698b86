// The targets and what writes each. An emitter loads what is heavy when it runs.
import { CodegenError } from './codegen-error.ts'
import { emitClient } from './emit/client.ts'
import { emitCpp } from './emit/cpp.ts'
import { emitDuckdb } from './emit/duckdb.ts'
import { emitEr } from './emit/er.ts'
import { emitJsonSchema } from './emit/json-schema.ts'
import { emitOpenRpc } from './emit/openrpc.ts'
import { emitPrisma } from './emit/prisma.ts'
import { emitReference } from './emit/reference.ts'
import { emitSqlite } from './emit/sqlite.ts'
import { emitTypes } from './emit/types.ts'
import type { Emitter } from './generated-file.ts'

export const TARGETS = [
  'types',
  'client',
  'prisma',
  'sqlite',
  'duckdb',
  'jsonschema',
  'openrpc',
  'cpp',
  'er',
  'reference',
  'rls',
] as const

export type Target = (typeof TARGETS)[number]

/** Row-level security comes with the policies' own emitter; every other target is here. */
type Available = Exclude<Target, 'rls'>

const EMITTERS: Readonly<Record<Available, Emitter>> = {
  types: emitTypes,
  client: emitClient,
  prisma: emitPrisma,
  sqlite: emitSqlite,
  duckdb: emitDuckdb,
  jsonschema: emitJsonSchema,
  openrpc: (model) => emitOpenRpc(model),
  cpp: emitCpp,
  er: emitEr,
  reference: emitReference,
}

/** The targets that `generate` writes, in the order of `TARGETS`. */
export const AVAILABLE_TARGETS: readonly Target[] = TARGETS.filter(isAvailable)

function isAvailable(target: string): target is Available {
  return Object.hasOwn(EMITTERS, target)
}

/** Throws CodegenError (`unknown-target`), also for a target that this version does not write. */
export function emitterOf(target: Target): Emitter {
  if (isAvailable(target)) return EMITTERS[target]
  const known = (TARGETS as readonly string[]).includes(target)
  throw new CodegenError(
    'unknown-target',
    known
      ? `the target \`${target}\` is not available in this version; there are ${AVAILABLE_TARGETS.join(', ')}`
      : `there is no target \`${target}\`; there are ${AVAILABLE_TARGETS.join(', ')}`,
    [target],
  )
}

/**
 * Reads a list of targets as a command line gives it: `types,client`; empty or absent means all that are
 * available. Throws CodegenError (`unknown-target`).
 */
export function readTargets(list: string | undefined): readonly Target[] {
  const names = (list ?? '').split(',').map((name) => name.trim())
  const given = names.filter((name) => name !== '')
  if (given.length === 0) return AVAILABLE_TARGETS
  for (const name of given) emitterOf(name as Target)
  return TARGETS.filter((target) => given.includes(target))
}

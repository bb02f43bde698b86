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
import { emitRls } from './emit/rls.ts'
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

const EMITTERS: Readonly<Record<Target, Emitter>> = {
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
  rls: emitRls,
}

/** Throws CodegenError (`unknown-target`). */
export function emitterOf(target: Target): Emitter {
  if (Object.hasOwn(EMITTERS, target)) return EMITTERS[target]
  throw new CodegenError(
    'unknown-target',
    `there is no target \`${target}\`; there are ${TARGETS.join(', ')}`,
    [target],
  )
}

/**
 * Reads a list of targets as a command line gives it: `types,client`; empty or absent means all. Throws
 * CodegenError (`unknown-target`).
 */
export function readTargets(list: string | undefined): readonly Target[] {
  const names = (list ?? '').split(',').map((name) => name.trim())
  const given = names.filter((name) => name !== '')
  if (given.length === 0) return TARGETS
  for (const name of given) emitterOf(name as Target)
  return TARGETS.filter((target) => given.includes(target))
}

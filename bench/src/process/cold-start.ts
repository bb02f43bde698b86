// What an import costs a program that has just started: whole processes, side by side with an empty one.
import { existsSync } from 'node:fs'
import { inBench } from '../bench-folder.ts'
import type { Entrant, ProcessWork } from '../work/work.ts'
import { runNode } from './run-node.ts'

const PROGRAMS: readonly {
  readonly name: string
  readonly code: string
  readonly needs?: string
}[] = [
  { name: 'node', code: '0' },
  { name: 'dbal', code: "await import('@proj/dbal')" },
  { name: 'prisma', code: "await import('@prisma/client/runtime/client')" },
  {
    name: 'drizzle',
    code: "await import('drizzle-orm/better-sqlite3')",
    needs: 'node_modules/drizzle-orm',
  },
  { name: 'kysely', code: "await import('kysely')", needs: 'node_modules/kysely' },
  {
    name: 'zenstack',
    code: "await import('@zenstackhq/orm')",
    needs: 'node_modules/@zenstackhq/orm',
  },
]

export const coldStart: ProcessWork = {
  name: 'cold-start',
  says: 'a Node process that imports the package, from start to end',
  unit: 'ms',
  rounds: 15,
  open: () =>
    Promise.resolve(
      PROGRAMS.filter(
        ({ needs }) => needs === undefined || existsSync(inBench('peers', needs)),
      ).map(({ name, code }): Entrant => ({
        name,
        sample: async () =>
          (await runNode(['--input-type=module', '--eval', code], inBench('peers'))).took,
      })),
    ),
}

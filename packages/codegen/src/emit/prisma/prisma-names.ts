// Names in schema.prisma. A model or field whose name Prisma keeps for itself, or cannot spell, gets
// another one; `@map` holds the name that the database has.
import { byModel } from '@proj/dbal-schema/model'

const RESERVED: ReadonlySet<string> = new Set([
  'Prisma',
  'PrismaClient',
  'AND',
  'OR',
  'NOT',
  'String',
  'Boolean',
  'Int',
  'BigInt',
  'Float',
  'Decimal',
  'DateTime',
  'Json',
  'Bytes',
  'Unsupported',
])

/** Entity name to model name. */
export const modelNames = byModel((model) =>
  distinctNames([...model.entities.keys()], (name) => RESERVED.has(name)),
)

/** Fields and relations of one entity. */
export function memberNames(names: readonly string[]): ReadonlyMap<string, string> {
  return distinctNames(names, () => false)
}

function distinctNames(
  names: readonly string[],
  isReserved: (name: string) => boolean,
): ReadonlyMap<string, string> {
  const taken = new Set(names)
  return new Map(
    names.map((name) => {
      if (isSpellable(name) && !isReserved(name)) return [name, name]
      let other = spell(name)
      while (taken.has(other) || isReserved(other)) other += '_'
      taken.add(other)
      return [name, other]
    }),
  )
}

function isSpellable(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]*$/.test(name)
}

function spell(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_]/g, '_')
  return isSpellable(plain) ? plain : `x${plain}`
}

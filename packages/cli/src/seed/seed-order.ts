// The order in which seeds fit: what is pointed at comes before what points at it.
import type { Entity, Model, Seed } from '@proj/dbal-schema'

type SeedRecord = Seed['records'][number]

/** Entities after those they point at; a cycle is entered where the model's order has it. */
export function seedsInOrder(model: Model): readonly Seed[] {
  const ordered: Seed[] = []
  const visited = new Set<string>()
  const visit = (name: string): void => {
    if (visited.has(name)) return
    visited.add(name)
    for (const field of model.entities.get(name)?.fields.values() ?? []) {
      if (field.foreignKey !== undefined) visit(field.foreignKey.entity)
    }
    ordered.push(...model.seeds.filter((seed) => seed.entity === name))
  }
  for (const { entity } of model.seeds) visit(entity)
  return ordered
}

/** Rows that point at rows of the same entity come after them. */
export function recordsInOrder(entity: Entity, records: readonly SeedRecord[]): SeedRecord[] {
  const links = [...entity.fields.values()].flatMap(({ name, foreignKey }) =>
    foreignKey?.entity === entity.name ? [{ name, field: foreignKey.field }] : [],
  )
  if (links.length === 0) return [...records]
  const targets = links.map(({ field }) => new Map(records.map((each) => [each[field], each])))
  const ordered = new Set<SeedRecord>()
  const visiting = new Set<SeedRecord>()
  const visit = (record: SeedRecord): void => {
    if (ordered.has(record) || visiting.has(record)) return
    visiting.add(record)
    for (const [i, { name }] of links.entries()) {
      const value = record[name]
      const parent = value === undefined ? undefined : targets[i]?.get(value)
      if (parent !== undefined) visit(parent)
    }
    ordered.add(record)
  }
  for (const record of records) visit(record)
  return [...ordered]
}

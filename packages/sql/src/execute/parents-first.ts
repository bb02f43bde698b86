// Rows of one insert may refer to each other. An engine that looks at references row by row wants those
// referred to first.
import { unsupported, type Params, type Value } from '@proj/dbal-contract'
import type { InsertPlan } from '../plan/insert-plan.ts'
import { identityOf } from '../plan/identity.ts'

export interface OrderedRows {
  readonly params: Params
  /** Where each row stood. */
  readonly from: readonly number[]
}

/** Undefined where the rows may stay as they are. Throws CAPABILITY_NOT_SUPPORTED for rows in a circle. */
export function parentsFirst(plan: InsertPlan, params: Params): OrderedRows | undefined {
  const { entity, fields } = plan
  const width = fields.length
  const count = params.length / width
  const links = fields.flatMap((name, column) => {
    const field = entity.fields.get(name)
    const to = fields.indexOf(field?.foreignKey?.field ?? '')
    if (field?.foreignKey?.entity !== entity.name || to < 0) return []
    const keyOf = (row: number, at: number): unknown =>
      identityOf(field.type, (params[row * width + at] ?? null) as Value)
    const holders = new Map<unknown, number>()
    for (let row = 0; row < count; row += 1) holders.set(keyOf(row, to), row)
    return [(row: number) => holders.get(keyOf(row, column) ?? undefined)]
  })
  const isLate = (row: number): boolean => links.some((parentOf) => (parentOf(row) ?? -1) > row)
  if (!Array.from({ length: count }, (_, row) => row).some(isLate)) return undefined
  const from: number[] = []
  const seen = new Set<number>()
  const placed = new Set<number>()
  for (let row = 0; row < count; row += 1) if (!seen.has(row)) visit(row)
  return {
    from,
    params: from.flatMap((row) => params.slice(row * width, (row + 1) * width)),
  }

  // By a stack of its own: a chain of rows may be as long as the batch.
  function visit(start: number): void {
    const path = [start]
    for (let row = path.at(-1); row !== undefined; row = path.at(-1)) {
      seen.add(row)
      const current = row
      const next = links
        .map((parentOf) => parentOf(row))
        .find((at) => at !== undefined && !seen.has(at))
      if (next !== undefined) {
        path.push(next)
        continue
      }
      path.pop()
      const waits = links.some((parentOf) => {
        const at = parentOf(current)
        return at !== undefined && at !== current && !placed.has(at)
      })
      if (waits) throw unsupported('relations', 'new records that refer to each other in a circle')
      placed.add(row)
      from.push(row)
    }
  }
}

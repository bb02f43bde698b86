/** Positions that params of the query take: one more than the last of them. */
export function countParams(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 0
  if ('kind' in node && node.kind === 'param' && 'index' in node) return Number(node.index) + 1
  let count = 0
  for (const value of Object.values(node)) count = Math.max(count, countParams(value))
  return count
}

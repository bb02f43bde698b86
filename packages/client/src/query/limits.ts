/** Bounds on what one call may ask, so that no input costs without measure. */
export const LIMITS = {
  /** Nesting of AND, OR, NOT and relations in a filter. */
  filterDepth: 12,
  /** Terms in a filter. */
  filterTerms: 500,
  /** Values in one `in` or `nin`. */
  listValues: 1000,
  includeDepth: 5,
  /** Relations included by one call, at all depths. */
  includes: 25,
  sortTerms: 10,
  /** Rows of one create_many. */
  bulkRows: 10_000,
  /** Records written, linked or let go by one call over relations. */
  nestedWrites: 1000,
  /** Records under records, in one call. */
  nestedDepth: 10,
  /** Code points of a search text. */
  searchText: 500,
  /** Nodes of one tree. */
  treeNodes: 10_000,
} as const

/** Of a relation, where a term counts one: it is a query of its own. */
export const RELATION_COMPLEXITY = 10

// The operations that need no handler: which verbs govern them, and what they answer where a spec does not say.
import type { BuiltIn, OutputSpec } from '../model/operation-spec.ts'
import type { Action } from '../model/rule.ts'
import { snakeCase } from '../naming/camel-case.ts'

interface BuiltInShape {
  readonly verbs: readonly Action[]
  readonly output: 'entity' | 'entities' | 'integer' | 'boolean' | 'json'
}

const SHAPES: Readonly<Record<BuiltIn, BuiltInShape>> = {
  create: { verbs: ['create'], output: 'entity' },
  create_many: { verbs: ['create'], output: 'integer' },
  read: { verbs: ['read'], output: 'entity' },
  update: { verbs: ['update'], output: 'entity' },
  update_many: { verbs: ['update'], output: 'integer' },
  upsert: { verbs: ['create', 'update'], output: 'entity' },
  delete: { verbs: ['delete'], output: 'boolean' },
  delete_many: { verbs: ['delete'], output: 'integer' },
  list: { verbs: ['list'], output: 'entities' },
  search: { verbs: ['list'], output: 'entities' },
  count: { verbs: ['list'], output: 'integer' },
  aggregate: { verbs: ['list'], output: 'json' },
  read_by: { verbs: ['read'], output: 'entity' },
  get_by: { verbs: ['list'], output: 'entities' },
  list_by: { verbs: ['list'], output: 'entities' },
  get_tree: { verbs: ['list'], output: 'entities' },
  reorder: { verbs: ['update'], output: 'boolean' },
  move: { verbs: ['update'], output: 'entity' },
}

/** Every entity has these, listed or not. */
export const STANDARD_OPERATIONS: readonly BuiltIn[] = [
  'create',
  'create_many',
  'read',
  'update',
  'update_many',
  'upsert',
  'delete',
  'delete_many',
  'list',
  'search',
  'count',
  'aggregate',
]

const TREE_OPERATIONS: readonly BuiltIn[] = ['get_tree', 'reorder', 'move']
const FAMILIES = ['read_by', 'get_by', 'list_by'] as const

/** A name with a meaning of its own, in either spelling; `word` is the field of a family as written. */
export function findBuiltIn(
  name: string,
): { readonly builtIn: BuiltIn; readonly name: string; readonly word?: string } | undefined {
  const snake = snakeCase(name)
  const plain = [...STANDARD_OPERATIONS, ...TREE_OPERATIONS].find((known) => known === snake)
  if (plain !== undefined) return { builtIn: plain, name: plain }
  const family = FAMILIES.find((prefix) => snake.startsWith(`${prefix}_`))
  if (family === undefined || snake.length === family.length + 1) return undefined
  return { builtIn: family, name: snake, word: snake.slice(family.length + 1) }
}

export function defaultVerbs(builtIn: BuiltIn): readonly Action[] {
  return SHAPES[builtIn].verbs
}

export function defaultOutput(builtIn: BuiltIn, entity: string): OutputSpec {
  const { output } = SHAPES[builtIn]
  if (output === 'entity') return { kind: 'entity', entity, many: false }
  if (output === 'entities') return { kind: 'entity', entity, many: true }
  return { kind: 'scalar', type: output }
}

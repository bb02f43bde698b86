// A workflow's definition, read: nodes and edges, as they are stored, to steps in the order in which they run.
import { invalid, type FieldError, isPlainObject } from '@proj/dbal-contract'
import type { Language } from './script-entity.ts'

export type Work =
  /** Gives what it is given. */
  | { readonly kind: 'trigger' }
  /** A stored script, by its name. */
  | { readonly kind: 'script'; readonly script: string }
  | { readonly kind: 'code'; readonly language: Language; readonly code: string }

export interface Step {
  readonly id: string
  readonly work: Work
  /** Steps whose answers it is given, in the order of the edges. */
  readonly after: readonly string[]
}

const MAX_NODES = 100

/** Throws VALIDATION_ERROR with all that is wrong. A step stands after all that it needs. */
export function readSteps(nodes: unknown, edges: unknown): readonly Step[] {
  const errors: FieldError[] = []
  const works = readNodes(nodes, errors)
  const after = readEdges(edges, works, errors)
  if (errors.length > 0) throw invalid(errors)
  const steps: Step[] = []
  const waiting = new Set(works.keys())
  while (waiting.size > 0) {
    // The first in the order of `nodes`, so that a run is the same every time.
    const ready = [...waiting].find((id) => after.get(id)?.every((each) => !waiting.has(each)))
    if (ready === undefined) throw invalid([{ field: 'edges', error: 'go round in a circle' }])
    waiting.delete(ready)
    steps.push({ id: ready, work: works.get(ready) as Work, after: after.get(ready) ?? [] })
  }
  return steps
}

function readNodes(nodes: unknown, errors: FieldError[]): ReadonlyMap<string, Work> {
  const works = new Map<string, Work>()
  if (!Array.isArray(nodes)) errors.push({ field: 'nodes', error: 'must be a list' })
  else if (nodes.length > MAX_NODES) {
    errors.push({ field: 'nodes', error: `has more than ${MAX_NODES} items` })
  } else {
    for (const [i, node] of nodes.entries()) {
      const field = `nodes[${i}]`
      const id: unknown = isPlainObject(node) ? node['id'] : undefined
      const work = isPlainObject(node) ? readWork(node) : undefined
      if (typeof id !== 'string' || id === '') errors.push({ field, error: 'needs an id' })
      else if (works.has(id)) errors.push({ field, error: 'has the id of another node' })
      else if (work === undefined) {
        const error = 'must be a trigger, a script with its name, or code with its language'
        errors.push({ field, error })
      } else works.set(id, work)
    }
  }
  return works
}

function readWork(node: Readonly<Record<string, unknown>>): Work | undefined {
  const { type, script, language, code } = node
  if (type === 'trigger') return { kind: 'trigger' }
  if (type === 'script' && typeof script === 'string') return { kind: 'script', script }
  const isKnown = language === 'lua' || language === 'javascript'
  return type === 'code' && isKnown && typeof code === 'string'
    ? { kind: 'code', language, code }
    : undefined
}

/** For each node those that come right before it. */
function readEdges(
  edges: unknown,
  works: ReadonlyMap<string, Work>,
  errors: FieldError[],
): ReadonlyMap<string, readonly string[]> {
  const after = new Map<string, string[]>([...works.keys()].map((id) => [id, []]))
  if (!Array.isArray(edges)) {
    errors.push({ field: 'edges', error: 'must be a list' })
    return after
  }
  for (const [i, edge] of edges.entries()) {
    const from: unknown = isPlainObject(edge) ? edge['from'] : undefined
    const to: unknown = isPlainObject(edge) ? edge['to'] : undefined
    const before = typeof to === 'string' ? after.get(to) : undefined
    if (before === undefined || typeof from !== 'string' || !works.has(from)) {
      errors.push({ field: `edges[${i}]`, error: 'must lead from one node to another' })
    } else if (!before.includes(from)) before.push(from)
  }
  return after
}

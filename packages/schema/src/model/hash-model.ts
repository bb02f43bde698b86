import { createHash } from 'node:crypto'
import type { Model } from './model.ts'

/** Keys that change no behaviour. */
const IGNORED: ReadonlySet<string> = new Set(['source', 'description'])
/** Values of the spec's author, in which every key counts. */
const OPAQUE: ReadonlySet<string> = new Set([
  'default',
  'logging',
  'security',
  'fallback',
  'literal',
])

/** SHA-256, hex, of the canonical JSON of what a model means: positions, file names, descriptions and seeds aside. */
export function hashModel(model: Omit<Model, 'hash' | 'seeds' | 'accessors'>): string {
  const { entities, roles, claims, rules, errors, capabilities } = model
  const meaning = { entities, roles, claims, errors, capabilities }
  // Rules are called after their files and come in their order; neither means anything.
  const said = rules.map((rule) => canonical({ ...rule, id: undefined }, IGNORED)).sort()
  return createHash('sha256')
    .update([canonical(meaning, IGNORED), ...said].join('\n'))
    .digest('hex')
}

/** JSON with sorted keys and no spaces; maps as lists of pairs, in their order. */
function canonical(value: unknown, ignored: ReadonlySet<string>): string {
  if (value instanceof Map) return canonical([...value], ignored)
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, ignored)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const parts: string[] = []
  for (const key of Object.keys(value).sort()) {
    const part: unknown = (value as Readonly<Record<string, unknown>>)[key]
    if (part === undefined || ignored.has(key)) continue
    parts.push(`${JSON.stringify(key)}:${canonical(part, OPAQUE.has(key) ? new Set() : ignored)}`)
  }
  return `{${parts.join(',')}}`
}

// Workspaces to generate from.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compileWorkspace, loadWorkspace, type Model, type SourceFile } from '@proj/dbal-schema'

function demand(result: Awaited<ReturnType<typeof loadWorkspace>>): Model {
  if (result.model !== undefined) return result.model
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error')
  throw new Error(errors.map((d) => `${d.file}:${d.line}: ${d.message}`).join('\n'))
}

export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Names and shapes that generators stumble over. */
export function stressModel(): Model {
  const files = ['names', 'shapes'].map((name): SourceFile => {
    const path = fileURLToPath(new URL(`fixtures/stress/${name}.yaml`, import.meta.url))
    return { path: `entities/${name}.yaml`, text: readFileSync(path, 'utf8') }
  })
  return demand(compileWorkspace(files))
}

export async function referenceModel(): Promise<Model> {
  return demand(await loadWorkspace(`${root}packages/schema/reference`))
}

/** A second domain, written the hard way: columns in snake_case, composite keys, presets, masks. */
export async function libraryModel(): Promise<Model> {
  return demand(await loadWorkspace(`${root}examples/library/dbal`))
}

/** One entity or a few, given as YAML. */
export function modelOf(text: string): Model {
  return demand(compileWorkspace([{ path: 'entities/all.yaml', text }]))
}

/** Entities in a ring of foreign keys, with indexes and operations of their own. */
export function largeModel(count: number): Model {
  const files = Array.from({ length: count }, (_, i): SourceFile => {
    const other = (step: number): string => `Thing${(i + step) % count}`
    return {
      path: `entities/thing-${i}.yaml`,
      text: `entity: Thing${i}
description: Thing number ${i}
fields:
  id: { type: uuid, primary: true, generated: true }
  name: { type: string, required: true, unique: true, description: What it is called }
  kind: { type: enum, values: [small, large, huge], default: small }
  amount: { type: decimal, precision: 12, scale: 2, default: '0.00' }
  rank: { type: integer, default: 0, index: true }
  note: { type: text, optional: true, nullable: true }
  extra: { type: json, optional: true, nullable: true }
  nextId: { type: uuid, required: true, foreign_key: { entity: ${other(1)}, field: id, name: next, inverse: previous } }
  farId: { type: uuid, optional: true, nullable: true, foreign_key: { entity: ${other(7)}, field: id, name: far, inverse: near } }
  createdAt: { type: datetime, generated: true, immutable: true }
  updatedAt: { type: datetime, auto_update: true }
operations:
  read_by_name: { input: [name], output: Thing${i} }
  list_by_next_id: { input: [nextId], output: 'Thing${i}[]' }
`,
    }
  })
  return demand(compileWorkspace(files))
}

// The cases of a run and the workspaces they are about.
import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Model } from '@proj/dbal-contract'
import { formatDiagnostics, loadWorkspace, type Diagnostic } from '@proj/dbal-schema'
import { readVectors, type VectorFile } from '../vector/read-vectors.ts'
import type { Vector } from '../vector/vector.ts'

export interface SuiteOptions {
  /** Folder of the cases; the workspaces they name are in `workspaces/` beside it. Absent: the suite's own. */
  readonly cases?: string | undefined
  /** What cases are about that name no workspace. Absent: the reference domain. */
  readonly model?: Model | undefined
}

export interface Suite {
  readonly vectors: readonly Vector[]
  readonly diagnostics: readonly Diagnostic[]
  readonly files: readonly VectorFile[]
  /** The contract that a case is about. Rejects with an Error that says what is wrong with its workspace. */
  modelOf(vector: Vector): Promise<Model>
}

/** The cases that ship with this package. */
const OWN_CASES = fileURLToPath(new URL('../../cases', import.meta.url))

/** Rejects when the folder cannot be read; faults of the cases are diagnostics. */
export async function loadSuite({ cases = OWN_CASES, model }: SuiteOptions = {}): Promise<Suite> {
  const models = new Map<string, Promise<Model>>()
  const load = (folder: string): Promise<Model> => {
    const known = models.get(folder) ?? loadModel(folder)
    models.set(folder, known)
    return known
  }
  return {
    ...(await readVectors(cases)),
    modelOf: async ({ workspace }) => {
      if (workspace !== undefined) return load(join(dirname(cases), 'workspaces', workspace))
      return model ?? load(referenceFolder())
    },
  }
}

async function loadModel(folder: string): Promise<Model> {
  const { model, diagnostics, files } = await loadWorkspace(folder)
  if (model !== undefined) return model
  throw new Error(formatDiagnostics(diagnostics, files, { format: 'pretty', root: folder }))
}

function referenceFolder(): string {
  const manifest = createRequire(import.meta.url).resolve('@proj/dbal-schema/package.json')
  return join(dirname(manifest), 'reference')
}

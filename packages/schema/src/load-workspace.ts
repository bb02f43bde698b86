import { compileWorkspace, type LoadResult } from './build/compile-workspace.ts'
import { readWorkspace } from './source/read-workspace.ts'

/**
 * Reads and checks a workspace folder. Faults of the spec, a missing folder and unreadable files included,
 * are diagnostics; it throws for none of them.
 */
export async function loadWorkspace(folder: string): Promise<LoadResult> {
  const { files, diagnostics } = await readWorkspace(folder)
  return compileWorkspace(files, { diagnostics })
}

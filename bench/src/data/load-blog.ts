import { loadWorkspace, type Model } from '@proj/dbal-schema'
import { inBench } from '../bench-folder.ts'

let loading: Promise<Model> | undefined

/** The contract that all works are on. */
export function loadBlog(): Promise<Model> {
  loading ??= loadWorkspace(inBench('workspace')).then(({ model, diagnostics }) => {
    if (model === undefined) throw new Error(diagnostics[0]?.message)
    return model
  })
  return loading
}

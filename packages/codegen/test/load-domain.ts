import { fileURLToPath } from 'node:url'
import { loadWorkspace, type Model } from '@proj/dbal-schema'
import type { EmittedFile } from '../src/generated-file.ts'
import { stressModel } from './workspaces.ts'

const FOLDERS = {
  reference: '../../schema/reference',
  library: '../../../examples/library/dbal',
} as const

export type Domain = keyof typeof FOLDERS | 'stress'

export const DOMAINS: readonly Domain[] = ['reference', 'library', 'stress']

/** A checked model of this repository; throws when its workspace has errors. */
export async function loadDomain(domain: Domain): Promise<Model> {
  if (domain === 'stress') return stressModel()
  const folder = fileURLToPath(new URL(FOLDERS[domain], import.meta.url))
  const { model, diagnostics } = await loadWorkspace(folder)
  if (model === undefined) throw new Error(JSON.stringify(diagnostics, null, 2))
  return model
}

/** The text of a target that is one file. */
export function textOf(files: readonly EmittedFile[], path: string): string {
  if (files.length !== 1) throw new Error(`${files.length} files`)
  return textAt(files, path)
}

export function textAt(files: readonly EmittedFile[], path: string): string {
  const file = files.find((other) => other.path === path)
  if (file === undefined) throw new Error(`no ${path} among ${files.map((f) => f.path).join(', ')}`)
  return file.text
}

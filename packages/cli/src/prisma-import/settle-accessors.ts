import { camelCase, compileWorkspace } from '@proj/dbal-schema'
import type { Spec } from './import-context.ts'
import type { Remarks } from './remarks.ts'

export interface EntityFile {
  readonly file: string
  readonly document: Spec
}

/**
 * An accessor is the plural of its entity, which another may have as well, or the client itself
 * (`capabilities`). Those that the loader refuses are given one of their own.
 */
export function settleAccessors(
  files: readonly EntityFile[],
  print: (document: Spec) => string,
  remarks: Remarks,
): readonly EntityFile[] {
  const { diagnostics } = compileWorkspace(
    files.map(({ file, document }) => ({ path: `entities/${file}`, text: print(document) })),
  )
  const refused = new Set(
    diagnostics.flatMap(({ code, file }) => (code === 'name-taken' ? [file] : [])),
  )
  return files.map(({ file, document }) => {
    if (!refused.has(`entities/${file}`)) return { file, document }
    const { entity, ...rest } = document
    const plural = `${camelCase(String(entity))}Rows`
    remarks.add('its plural is taken: this is its accessor', `${String(entity)} (${plural})`)
    return { file, document: { entity, plural, ...rest } }
  })
}

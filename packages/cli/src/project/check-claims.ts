// capabilities.yaml against what the engines have earned: what an adapter of DBAL's is said to have, and has not.
import type { Diagnostic, Model } from '@proj/dbal-schema'

interface WorkspaceFile {
  readonly path: string
  readonly text: string
}

/** Errors, by adapter and feature. Adapters that are not DBAL's own are not judged. */
export async function checkClaims(
  { capabilities }: Model,
  files: readonly WorkspaceFile[],
): Promise<readonly Diagnostic[]> {
  if (capabilities.length === 0) return []
  const { committedManifest, isEarned, targetsOfAdapter } = await import('@proj/dbal-conformance')
  const manifest = await committedManifest()
  const file = files.find(({ path }) => /(?:^|\/)capabilities\.ya?ml$/.test(path))
  return capabilities.flatMap(({ name, features }) => {
    const targets = targetsOfAdapter(name, manifest)
    const wrong = features.filter((feature) =>
      targets.some((target) => {
        const earned = Object.entries(manifest[target]?.features ?? {})
        return earned.some(([each, state]) => each === feature && !isEarned(state))
      }),
    )
    return wrong.map((feature): Diagnostic => {
      return {
        ...placeOf(file, name, feature),
        severity: 'error',
        code: 'unearned-capability',
        message: `the adapter \`${name}\` does not have \`${feature}\``,
        hint: 'what each adapter has is shown by the conformance cases: docs/reference/capabilities.md',
      }
    })
  })
}

/** The first mention of the feature below the adapter's name; the first line where there is none. */
function placeOf(file: WorkspaceFile | undefined, adapter: string, feature: string) {
  const { path = 'capabilities.yaml', text = '' } = file ?? {}
  const lines = text.split('\n')
  const from = lines.findIndex((line) => line.trimStart().startsWith(`${adapter}:`))
  const word = new RegExp(`\\b${feature}\\b`)
  const at = lines.findIndex((line, n) => n >= from && word.test(line.replace(/#.*/, '')))
  const column = at < 0 ? 0 : (lines[at] ?? '').search(word)
  return { file: path, line: Math.max(at, 0) + 1, column: column + 1 }
}

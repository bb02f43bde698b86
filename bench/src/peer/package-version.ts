import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inBench } from '../bench-folder.ts'

/** As installed for the peers; `?` where it is not. Read by hand: some packages do not export their manifest. */
export function packageVersion(name: string): string {
  for (let folder = inBench('peers'); ; folder = dirname(folder)) {
    try {
      const text = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')
      return (JSON.parse(text) as { readonly version: string }).version
    } catch {
      if (folder === dirname(folder)) return '?'
    }
  }
}

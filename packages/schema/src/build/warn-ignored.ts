// Keys that contracts of other tools hold beside ours, and that nothing here reads: the rest of the file counts.
import type { Problems } from '../diagnostic/problems.ts'
import { entryOf, type SpecNode } from '../source/spec-node.ts'

/** @param ignored The keys, each with what to write instead. */
export function warnIgnored(
  node: SpecNode | undefined,
  ignored: Readonly<Record<string, string>>,
  problems: Problems,
): void {
  for (const [key, hint] of Object.entries(ignored)) {
    const entry = entryOf(node, key)
    if (entry !== undefined)
      problems.warn('has-no-effect', entry.keyRange, `\`${key}\` is ignored`, hint)
  }
}

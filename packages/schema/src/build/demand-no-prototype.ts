import type { SourceRange } from '../diagnostic/diagnostic.ts'
import type { Problems } from '../diagnostic/problems.ts'
import { isPrototypeName, PROTOTYPE_HINT } from '../naming/prototype-name.ts'

/** Of a field, a relation or an input: what no call could name. */
export function demandNoPrototype(name: string, at: SourceRange, problems: Problems): void {
  if (isPrototypeName(name))
    problems.error('dangerous-name', at, `\`${name}\` is not allowed as a name`, PROTOTYPE_HINT)
}

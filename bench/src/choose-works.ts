// Which works a list of names asks for: `sqlite`, `sqlite-list` and `codegen` are all beginnings of names.
import { ENGINE_NAMES, type EngineName } from './engine/engine.ts'
import { PROCESS_WORKS } from './process/process-works.ts'
import { SESSION_WORKS } from './work/session-works.ts'
import type { ProcessWork, SessionWork } from './work/work.ts'

export interface Chosen {
  readonly byEngine: ReadonlyMap<EngineName, readonly SessionWork[]>
  readonly processWorks: readonly ProcessWork[]
}

/** Throws RangeError for a name that no work begins with. */
export function chooseWorks(only: readonly string[]): Chosen {
  const isAsked = (name: string): boolean =>
    only.length === 0 || only.some((part) => name === part || name.startsWith(`${part}-`))
  const stray = only.find(
    (part) => !workNames().some((name) => name === part || name.startsWith(`${part}-`)),
  )
  if (stray !== undefined)
    throw new RangeError(`${stray} is no work: choose from ${workNames().join(', ')}`)
  const byEngine = new Map<EngineName, readonly SessionWork[]>()
  for (const engine of ENGINE_NAMES) {
    const works = SESSION_WORKS.filter(
      ({ name, engines }) => engines.includes(engine) && isAsked(`${engine}-${name}`),
    )
    if (works.length > 0) byEngine.set(engine, works)
  }
  return { byEngine, processWorks: PROCESS_WORKS.filter(({ name }) => isAsked(name)) }
}

function workNames(): readonly string[] {
  const onEngines = ENGINE_NAMES.flatMap((engine) =>
    SESSION_WORKS.filter(({ engines }) => engines.includes(engine)).map(
      ({ name }) => `${engine}-${name}`,
    ),
  )
  return [...onEngines, ...PROCESS_WORKS.map(({ name }) => name)]
}

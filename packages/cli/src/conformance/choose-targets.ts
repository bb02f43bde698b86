// The engines that a list of names means.
import type { Target } from '@proj/dbal-conformance'
import { UsageError } from '../command-failure.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** Throws UsageError for a name that is no target, and for a server that the environment does not name. */
export async function chooseTargets(list: string, terminal: Terminal): Promise<readonly Target[]> {
  const { embeddedTargets, serverTargets } = await import('@proj/dbal-conformance/targets')
  const { found, missing } = readServers(() => serverTargets(process.env))
  const known = [...embeddedTargets, ...found]
  if (list === 'all') {
    for (const { target, variable } of missing)
      terminal.note(`${target} is left out: ${variable} is not set`)
    return known
  }
  const names = list.split(',').map((name) => name.trim())
  return names.map((name) => {
    const target = known.find((each) => each.name === name)
    if (target !== undefined) return target
    const absent = missing.find((each) => each.target === name)
    if (absent !== undefined)
      throw new UsageError(`${name} is the server that ${absent.variable} names`)
    const all = [...known.map((each) => each.name), ...missing.map((each) => each.target), 'all']
    throw new UsageError(`${name} is no target: choose from ${all.join(', ')}`)
  })
}

function readServers<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof RangeError) throw new UsageError(cause.message, { cause })
    throw cause
  }
}

/** Each of them asked over a socket in JSON, and through memory in CBOR. */
export async function behindBridge(targets: readonly Target[]): Promise<readonly Target[]> {
  const { overBridge } = await import('@proj/dbal-conformance')
  return targets.flatMap((target) => [
    overBridge(target, { encoding: 'json', medium: 'socket' }),
    overBridge(target, { encoding: 'cbor', medium: 'loopback' }),
  ])
}

/** Engines are optional packages: one that is not there is no fault of the program. */
export function explainMissing(cause: unknown): never {
  const isMissing =
    cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND'
  const name = isMissing ? /Cannot find package '([^']+)'/.exec(cause.message)?.[1] : undefined
  if (name === undefined) throw cause
  throw new UsageError(`install ${name} to play on this target`, { cause })
}

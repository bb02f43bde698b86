// Who asks: `--as` and `--claims` as a principal of the client.
import type { Auth, DBALClient, ScopedClient } from '@proj/dbal'
import { decodeClaims } from '@proj/dbal-contract'
import { suggest, type Model } from '@proj/dbal-schema'
import { UsageError } from '../command-failure.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { readJsonObject } from './read-json.ts'

export interface CallerFlags {
  readonly as?: string | undefined
  readonly claims?: string | undefined
}

/**
 * The client as `role`, `role:id`, `system` or nobody. A role that the contract does not know grants
 * nothing, which is said. Throws UsageError.
 */
export async function chooseCaller(
  client: DBALClient,
  model: Model,
  { as, claims }: CallerFlags,
  terminal: Terminal,
): Promise<ScopedClient> {
  const [role = '', ...rest] = as?.split(':') ?? []
  const id = rest.join(':')
  if (role === 'system') {
    if (rest.length > 0 || claims !== undefined)
      throw new UsageError('system is nobody in particular: it takes no id and no claims')
    return client.system()
  }
  if (as === undefined && claims === undefined) return client.as(undefined)
  if (role !== '') remarkUnknownRole(role, model, terminal)
  const given = claims === undefined ? {} : await readJsonObject(claims, 'value of --claims')
  const user: Auth['user'] = {
    ...decodeClaims(model, given),
    ...(role === '' ? {} : { role }),
    ...(id === '' ? {} : { id: decodeId(model, id) }),
  }
  return client.as({ user })
}

function remarkUnknownRole(role: string, model: Model, terminal: Terminal): void {
  if (model.roles.names.includes(role)) return
  const near = suggest(role, model.roles.names)
  const hint = near === undefined ? '' : `; did you mean ${near}?`
  terminal.note(`${terminal.styleNote('yellow', 'note')}: ${role} is no role here${hint}`)
}

/** Of the type that ids have here: a number would never equal its text. */
function decodeId(model: Model, text: string): string | number | bigint {
  const type = model.claims.get('id')?.type
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text)
  return type === 'bigint' && /^-?\d{1,19}$/.test(text) ? BigInt(text) : text
}

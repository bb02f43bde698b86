import { invalid } from '@proj/dbal-contract'

type Params = Readonly<Record<string, unknown>>

const MAX_NAME = 64

/** The name that a client gave a transaction. Throws VALIDATION_ERROR. */
export function tx(params: Params, key: 'tx' | 'parent'): string {
  const name = params[key]
  if (typeof name === 'string' && name !== '' && name.length <= MAX_NAME) return name
  throw invalid([{ field: key, error: `must be a text of 1 to ${MAX_NAME} characters` }])
}

/** As it was sent: the client of the host judges it. */
export function isolationOf({ isolation }: Params): { readonly isolation?: unknown } {
  return isolation === undefined ? {} : { isolation }
}

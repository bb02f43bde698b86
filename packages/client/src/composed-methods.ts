// Methods of an accessor that are made of others: `find`, `exists`, `iterate`.
import type { CallOptions } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import { asInput } from './entity-accessor.ts'
import { readOptions } from './operation/call-options.ts'

type Input = Readonly<Record<string, unknown>>
/** One page of `list`. */
type List = (input: Input, options: CallOptions) => Promise<unknown>

interface Page {
  readonly data: readonly unknown[]
  readonly hasMore: boolean
  readonly page?: number
  readonly nextCursor?: string
}

/** Each takes the options of `list`. */
export const COMPOSED: ReadonlyMap<
  string,
  (entity: Entity, list: List, args: readonly unknown[]) => Promise<unknown>
> = new Map([
  ['find', find],
  ['exists', exists],
])

async function find(_: Entity, list: List, [asked, options]: readonly unknown[]): Promise<unknown> {
  const page = (await list({ ...asInput(asked), limit: 1 }, readOptions(options))) as Page
  return page.data[0]
}

async function exists(
  { primaryKey }: Entity,
  list: List,
  [asked, options]: readonly unknown[],
): Promise<unknown> {
  const input = { ...asInput(asked), select: primaryKey, limit: 1 }
  const page = (await list(input, readOptions(options))) as Page
  return page.data.length > 0
}

/** All pages by cursor, so rows added or removed meanwhile neither repeat nor hide others. */
export async function* iterate(
  list: List,
  [asked, options]: readonly unknown[],
): AsyncGenerator<unknown, void, undefined> {
  const more = readOptions(options)
  let next: Input | undefined = asInput(asked)
  while (next !== undefined) {
    const page = (await list(next, more)) as Page
    yield* page.data
    next = page.hasMore ? following(next, page) : undefined
  }
}

/** By number where there is no cursor, which is where rows are distinct. */
function following(input: Input, { nextCursor, page = 1 }: Page): Input {
  if (nextCursor === undefined) return { ...input, page: page + 1 }
  const { page: _page, ...rest } = input
  return { ...rest, cursor: nextCursor }
}

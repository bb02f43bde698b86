// Methods of an accessor that are made of others: `find`, `exists`, `iterate`.
import type { RunningOptions } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import { asInput } from './entity-accessor.ts'
import { readOptions } from './operation/call-options.ts'

type Input = Readonly<Record<string, unknown>>
/** One page of `list`. */
type List = (input: Input, options: RunningOptions) => Promise<unknown>

interface Page {
  readonly data: readonly unknown[]
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

/** The rows of all pages. */
export async function* iterate(
  pages: (input: Input, options: RunningOptions) => AsyncIterable<unknown>,
  [asked, options]: readonly unknown[],
): AsyncGenerator<unknown, void, undefined> {
  for await (const page of pages(asInput(asked), readOptions(options))) yield* (page as Page).data
}

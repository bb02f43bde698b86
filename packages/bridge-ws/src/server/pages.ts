// `list` or `search` as a stream: page after page, by cursor, for as long as the client takes them.
import type { StopSignal } from '@proj/dbal-contract'
import type { JsonValue } from '@proj/dbal-schema'
import type { Caller } from './caller.ts'
import type { Requested } from './requested-operation.ts'

interface Page {
  readonly hasMore?: boolean
  readonly page?: number
  readonly nextCursor?: string
}

export async function* pagesOf(
  caller: Caller,
  { operation, encode }: Requested,
  signal: StopSignal,
): AsyncGenerator<JsonValue> {
  const { queue } = caller.service
  let input = operation.input ?? {}
  for (;;) {
    const asked = { ...operation, input }
    const answer = await queue.run(caller.lane, () => caller.scope.call(asked, { signal }), signal)
    yield encode(answer)
    const { hasMore, nextCursor, page = 1 } = (answer ?? {}) as Page
    if (hasMore !== true) return
    const { page: _, ...rest } = input
    // Rows that are distinct have no cursor.
    input =
      nextCursor === undefined ? { ...input, page: page + 1 } : { ...rest, cursor: nextCursor }
  }
}

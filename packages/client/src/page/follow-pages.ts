// A list to its end, page after page.
type Input = Readonly<Record<string, unknown>>

interface Page {
  readonly hasMore: boolean
  readonly page?: number
  readonly nextCursor?: string
}

/** All pages by cursor, so rows added or removed meanwhile neither repeat nor hide others. */
export async function* followPages(
  list: (input: Input) => Promise<unknown>,
  input: Input,
): AsyncGenerator<unknown, void, undefined> {
  let next: Input | undefined = input
  while (next !== undefined) {
    const page = (await list(next)) as Page
    yield page
    next = page.hasMore ? following(next, page) : undefined
  }
}

/** By number where there is no cursor, which is where rows are distinct. */
function following(input: Input, { nextCursor, page = 1 }: Page): Input {
  if (nextCursor === undefined) return { ...input, page: page + 1 }
  const { page: _page, ...rest } = input
  return { ...rest, cursor: nextCursor }
}

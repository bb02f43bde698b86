const LONGEST = 160

/** The first line of what was at the bottom of an error: libraries wrap what the engine said. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) return reasonOf(error.cause)
  const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n')
  return (lines.find((line) => line.trim() !== '') ?? '').trim().slice(0, LONGEST)
}

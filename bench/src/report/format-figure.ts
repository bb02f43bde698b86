/** Three digits that count, with the unit that keeps it short. Microseconds in, unless told. */
export function formatFigure(figure: number, unit: 'µs' | 'ms' | 'KiB' = 'µs'): string {
  if (unit === 'µs' && figure >= 1000) return `${digits(figure / 1000)} ms`
  return `${digits(figure)} ${unit}`
}

export function digits(figure: number): string {
  if (figure >= 100) return figure.toFixed(0)
  return figure >= 10 ? figure.toFixed(1) : figure.toFixed(2)
}

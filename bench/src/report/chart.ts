// The report as a picture: for each engine and work a row of marks, on one scale of ten to the power.
import { formatFigure } from './format-figure.ts'
import type { Report, WorkResult } from './report.ts'

const LABEL_WIDTH = 190
const PLOT_WIDTH = 640
const ROW_HEIGHT = 22
const LEGEND_HEIGHT = 18
const MARGIN = 16
const COLOURS = [
  '#666666',
  '#0b6e4f',
  '#1b9e77',
  '#66c2a5',
  '#d95f02',
  '#fc8d62',
  '#7570b3',
  '#a6a3d1',
  '#e7298a',
  '#1f78b4',
  '#6baed6',
  '#a6761d',
]

/** An SVG; empty works give none of their rows. */
export function chartOf({ works, peers }: Report): string {
  const rows = works.filter(({ engine, results }) => engine !== undefined && results.length > 0)
  const names = Object.keys(peers)
  const figures = rows.flatMap(({ results }) => results.map(({ median }) => median))
  const low = Math.floor(Math.log10(Math.min(...figures, 1)))
  const high = Math.ceil(Math.log10(Math.max(...figures, 10)))
  const x = (figure: number): number =>
    LABEL_WIDTH + ((Math.log10(figure) - low) / (high - low)) * PLOT_WIDTH
  const colour = (name: string): string => COLOURS[names.indexOf(name) % COLOURS.length] ?? 'black'
  const top = MARGIN + Math.ceil(names.length / 4) * LEGEND_HEIGHT + MARGIN
  const bottom = top + rows.length * ROW_HEIGHT
  const width = LABEL_WIDTH + PLOT_WIDTH + MARGIN * 2

  const legend = names.map((name, i) => {
    const left = MARGIN + (i % 4) * 200
    const y = MARGIN + Math.floor(i / 4) * LEGEND_HEIGHT
    return `<circle cx="${left}" cy="${y}" r="5" fill="${colour(name)}"/>${text(left + 10, y + 4, name)}`
  })
  const grid = Array.from({ length: high - low + 1 }, (_, i) => {
    const at = x(10 ** (low + i)).toFixed(1)
    const line = `<line x1="${at}" y1="${top - 6}" x2="${at}" y2="${bottom}" stroke="#dddddd"/>`
    return line + text(Number(at), bottom + 14, formatFigure(10 ** (low + i)), 'middle')
  })
  const marks = rows.map((work, i) => rowOf(work, top + i * ROW_HEIGHT + ROW_HEIGHT / 2, x, colour))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 28}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="white"/>
${[...legend, ...grid, ...marks].join('\n')}
</svg>
`
}

function rowOf(
  { name, results }: WorkResult,
  y: number,
  x: (figure: number) => number,
  colour: (name: string) => string,
): string {
  const line = `<line x1="${LABEL_WIDTH}" y1="${y}" x2="${LABEL_WIDTH + PLOT_WIDTH}" y2="${y}" stroke="#eeeeee"/>`
  const marks = results.map(({ peer, median }) => {
    const title = `<title>${peer}: ${formatFigure(median)}</title>`
    return `<circle cx="${x(median).toFixed(1)}" cy="${y}" r="5" fill="${colour(peer)}" fill-opacity="0.85">${title}</circle>`
  })
  return [line, text(LABEL_WIDTH - 10, y + 4, name, 'end'), ...marks].join('')
}

function text(x: number, y: number, words: string, anchor = 'start'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="#333333">${words}</text>`
}

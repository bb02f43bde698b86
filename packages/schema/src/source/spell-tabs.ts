// Indentation by tabs as spaces. How wide a tab was meant to be is not in the text, so there are several readings.

/** Columns of one tab: what editors are set to. */
const WIDTHS: readonly number[] = [2, 4, 8, 1]

export interface SpeltTabs {
  readonly text: string
  /** An offset of the text in the source. */
  readonly offsetOf: (offset: number) => number
}

export function spellTabs(source: string): readonly SpeltTabs[] {
  return WIDTHS.map((width) => spell(source, width))
}

function spell(source: string, width: number): SpeltTabs {
  // For each tab replaced: where its spaces begin in the text, and where it stands in the source.
  const tabs: { readonly from: number; readonly source: number }[] = []
  let grown = 0
  const text = source.replaceAll(/^[ \t]*\t[ \t]*(?=\S)/gm, (indent, start: number) => {
    let spelt = ''
    for (const [index, character] of [...indent].entries()) {
      if (character === '\t') {
        tabs.push({ from: start + grown + spelt.length, source: start + index })
        spelt += ' '.repeat(width)
      } else spelt += character
    }
    grown += spelt.length - indent.length
    return spelt
  })
  return { text, offsetOf: (offset) => offsetInSource(offset, tabs, width) }
}

function offsetInSource(
  offset: number,
  tabs: readonly { readonly from: number; readonly source: number }[],
  width: number,
): number {
  let [low, high] = [0, tabs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((tabs[middle]?.from ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  const last = tabs[low - 1]
  if (last === undefined) return offset
  return last.source + Math.max(Math.min(1, offset - last.from), 1 + offset - last.from - width)
}

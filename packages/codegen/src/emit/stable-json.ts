/**
 * JSON with one newline at its end: what fits on a line stands on one, the rest is indented. Keys stay in
 * the order they were built in.
 */
export function stableJson(value: unknown): string {
  return `${print(value, '\n')}\n`
}

const WIDTH = 100

/** `newline` is a line end with the indent of the line that the value begins on. */
function print(value: unknown, newline: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = `${newline}  `
  const isList = Array.isArray(value)
  const parts: string[] = []
  // A part that takes lines is longer than a line, so its length alone rules one line out.
  let length = newline.length
  const add = (part: string): void => {
    parts.push(part)
    length += part.length + 2
  }
  if (isList) for (const item of value) add(print(item, inner))
  else {
    for (const key of Object.keys(value)) {
      add(`${quoted(key)}: ${print((value as Members)[key], inner)}`)
    }
  }
  const [open, close] = isList ? ['[', ']'] : ['{', '}']
  if (parts.length === 0) return open + close
  if (length > WIDTH) return `${open}${inner}${parts.join(`,${inner}`)}${newline}${close}`
  return isList ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`
}

type Members = Readonly<Record<string, unknown>>

function quoted(key: string): string {
  return PLAIN.test(key) ? `"${key}"` : JSON.stringify(key)
}

const PLAIN = /^[\w.$-]*$/

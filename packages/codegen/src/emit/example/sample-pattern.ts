// A text that matches a simple pattern, for examples in documents: literals, classes, repetitions. Groups,
// choices and assertions are beyond it; the answer is checked against the pattern, so it is never wrong.

const ATOM = /\[(?:\\.|[^\]\\])*\]|\\.|[^\\]/gsu
const REPEAT = /^(?:\{(\d+)(?:,(\d*))?\}|[*+?])/

/** Undefined where none was found. */
export function samplePattern(
  pattern: string,
  minLength: number,
  maxLength: number,
): string | undefined {
  const whole = new RegExp(pattern, 'u')
  const fits = (text: string): boolean =>
    text.length >= minLength && text.length <= maxLength && whole.test(text)
  return WORDS.find(fits) ?? [1, 3, 8].map((most) => sample(pattern, most)).find(fits)
}

const WORDS = ['example', 'Example', 'EXAMPLE', '/example', '#example', '1.0.0', 'en']

function sample(pattern: string, repeat: number): string {
  let rest = pattern.replace(/^\^/, '').replace(/(?<!\\)\$$/, '')
  let text = ''
  while (rest !== '') {
    ATOM.lastIndex = 0
    const [atom = ''] = ATOM.exec(rest) ?? []
    rest = rest.slice(atom.length)
    const [repetition = '', least] = REPEAT.exec(rest) ?? []
    rest = rest.slice(repetition.length)
    const times = repetition === '' ? 1 : least === undefined ? repeat : Math.max(Number(least), 1)
    text += characters(atom, times)
  }
  return text
}

/** Digits count up, as they do in numbers that people make up. */
function characters(atom: string, times: number): string {
  const allowed = atomCharacters(atom)
  return Array.from({ length: times }, (_, i) => allowed[i % allowed.length] ?? '').join('')
}

const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCodePoint(32 + i))
const ORDER = [/[a-z]/, /[A-Z]/, /[1-9]/, /[0-9]/]

function atomCharacters(atom: string): readonly string[] {
  if (/^[^\\[.]/.test(atom)) return [atom]
  const matcher = new RegExp(`^${atom}$`, 'u')
  const matching = PRINTABLE.filter((character) => matcher.test(character))
  const preferred = ORDER.map((kind) => matching.filter((character) => kind.test(character)))
  return preferred.find((list) => list.length > 0) ?? matching
}

// `$prev.id` and `$steps[2].data[0].id`: parts of what earlier steps answered.

/** In the order the steps were played; an error stands as `{ code, message, details }`. */
export type Answers = readonly unknown[]

/** Thrown for a reference to nothing: the case is wrong, not the engine. */
export class BadReference extends Error {}

const REFERENCE = /^\$(?:prev|steps\[(\d+)\])((?:\.\w+|\[\d+\])*)$/

/** `value` with every reference replaced, at any depth. Throws BadReference. */
export function resolveReferences(value: unknown, answers: Answers): unknown {
  if (typeof value === 'string') return resolveText(value, answers)
  if (Array.isArray(value)) return value.map((item) => resolveReferences(item, answers))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, resolveReferences(inner, answers)]),
  )
}

function resolveText(text: string, answers: Answers): unknown {
  const found = REFERENCE.exec(text)
  if (found === null) return text
  const [, step, path = ''] = found
  const index = step === undefined ? answers.length - 1 : Number(step)
  let value = answers[index]
  if (index < 0 || index >= answers.length) throw new BadReference(`${text}: there is no such step`)
  for (const part of path.match(/\w+/g) ?? []) {
    const inner = value as Readonly<Record<string, unknown>> | null | undefined
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, part))
      throw new BadReference(`${text}: the answer has no ${part}`)
    value = inner[part]
  }
  return value
}

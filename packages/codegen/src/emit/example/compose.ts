import type { Example } from './example-value.ts'

export type Entries = readonly (readonly [name: string, value: Example])[]

/** Undefined when a part is. */
export function exampleEntries(
  parts: readonly (readonly [name: string, value: Example | undefined])[],
): Entries | undefined {
  const entries = parts.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return entries.length === parts.length ? entries : undefined
}

export function exampleObject(entries: Entries): Example {
  const members = entries.map(([name, { code }]) => `${propertyName(name)}: ${code}`)
  return {
    wire: Object.fromEntries(entries.map(([name, { wire }]) => [name, wire])),
    code: members.length === 0 ? '{}' : `{ ${members.join(', ')} }`,
  }
}

export function exampleList(items: readonly Example[]): Example {
  return {
    wire: items.map(({ wire }) => wire),
    code: `[${items.map(({ code }) => code).join(', ')}]`,
  }
}

function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
}

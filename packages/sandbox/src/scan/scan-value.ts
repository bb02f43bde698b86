// What an entity with `scan_for_malicious` is given, field by field.
import type { FieldFinding } from './finding.ts'
import { scanText } from './scan-text.ts'

/** Texts in a value, keys of objects included; `path` is the field's name, then keys and places. */
export function scanValue(value: unknown, path: string): readonly FieldFinding[] {
  if (typeof value === 'string') {
    return scanText(value).map((finding) => ({ field: path, ...finding }))
  }
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, i) => scanValue(item, `${path}[${i}]`))
  }
  return Object.entries(value).flatMap(([key, item]) => [
    ...scanText(key).map((finding) => ({ field: path, ...finding })),
    // A key that was found to be bad is no part of the answer.
    ...scanValue(item, /^[\w-]{1,64}$/.test(key) ? `${path}.${key}` : `${path}.?`),
  ])
}

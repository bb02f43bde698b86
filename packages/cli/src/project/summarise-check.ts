import type { Diagnostic, Model } from '@proj/dbal-schema'

/** `15 entities, no problems`, `15 entities, 1 warning`, `2 errors, 1 warning`. */
export function summariseCheck(
  diagnostics: readonly Diagnostic[],
  model: Model | undefined,
): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  const warnings = diagnostics.length - errors
  return [
    ...(model === undefined ? [] : [count(model.entities.size, 'entity', 'entities')]),
    ...(errors > 0 ? [count(errors, 'error')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
    ...(diagnostics.length === 0 ? ['no problems'] : []),
  ].join(', ')
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}

/** Where something stands in a file of the workspace; lines and columns count from 1, end is exclusive. */
export interface SourceRange {
  /** Relative to the workspace folder, with forward slashes. */
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine?: number
  readonly endColumn?: number
}

/** A problem in a spec, as a value: many can be reported from one run. */
export interface Diagnostic extends SourceRange {
  readonly severity: 'error' | 'warning'
  /** Stable, kebab-case: `unknown-key`, `unknown-field`, `type-mismatch`. */
  readonly code: string
  readonly message: string
  readonly hint?: string
}

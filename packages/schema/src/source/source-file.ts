/** One text of a workspace. */
export interface SourceFile {
  /** Relative to the workspace folder, with forward slashes. */
  readonly path: string
  readonly text: string
}

/**
 * What a run cannot do. `unknown-target`: no such target, or one that this version does not write.
 * `not-ours`: a file in the way was not generated. `bad-path`: a path leaves the output folder.
 */
export class CodegenError extends Error {
  override readonly name = 'CodegenError'
  readonly code: 'unknown-target' | 'not-ours' | 'bad-path'
  /** The targets or paths in question. */
  readonly subjects: readonly string[]

  constructor(code: CodegenError['code'], message: string, subjects: readonly string[]) {
    super(message)
    this.code = code
    this.subjects = subjects
  }
}

/** What one run may use. */
export interface Limits {
  /** Milliseconds from the script's first step, the loading of the engine left out. */
  readonly timeMs: number
  /** Bytes that Lua may give the script; for JavaScript of its whole machine, which has 16 MiB at least. */
  readonly memoryBytes: number
  /** Bytes of source text. */
  readonly codeBytes: number
  /** Bytes of JSON, going in. */
  readonly inputBytes: number
  /** Bytes of JSON, coming out. */
  readonly outputBytes: number
}

export const DEFAULT_LIMITS: Limits = {
  timeMs: 1000,
  memoryBytes: 16 * 1024 * 1024,
  codeBytes: 256 * 1024,
  inputBytes: 1024 * 1024,
  outputBytes: 1024 * 1024,
}

/** How deep values that cross may nest. */
export const MAX_DEPTH = 64

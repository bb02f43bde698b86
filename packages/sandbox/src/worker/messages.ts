export type Language = 'lua' | 'javascript'

/** To the worker. Values are JSON text. */
export interface RunRequest {
  readonly language: Language
  readonly code: string
  readonly args: string
  readonly memoryBytes: number
  readonly outputBytes: number
}

/** What a script came to. */
export type Outcome =
  | { readonly kind: 'answer'; readonly json: string }
  | { readonly kind: 'violation'; readonly violation: 'code' | 'memory' | 'output' }
  | { readonly kind: 'error'; readonly message: string; readonly line?: number | undefined }

/** Runs a request; `begin` is called when the script's own time begins. */
export type Runner = (request: RunRequest, begin: () => void) => Outcome | Promise<Outcome>

/** From the worker: `started` when the engine is loaded and the script's time begins. */
export type WorkerMessage = { readonly kind: 'started' } | Outcome

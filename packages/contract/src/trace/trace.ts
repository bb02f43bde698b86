// Where the time of a call goes. Layers say when they are through; while nobody listens that costs a look at one
// property.

/** In the order in which a call comes through them. `answer` is what is left over. */
export const LAYERS = [
  'authorize',
  'validate',
  'plan',
  'driver',
  'decode',
  'audit',
  'answer',
] as const

export type Layer = (typeof LAYERS)[number]

export interface Trace {
  /** Follows one call. */
  call<T>(name: string, work: () => Promise<T>): Promise<T>
  /** What has passed since the layer before was the work of this one. */
  through(layer: Layer): void
}

/** Of this process; set by who wants to know, for calls from then on. */
export const tracing: { trace: Trace | undefined } = { trace: undefined }

/** A value that was judged: its canonical form, or a short phrase that names no value. */
export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string }

export function accept<T>(value: T): Checked<T> {
  return { ok: true, value }
}

/** Told apart from every value by its class, so that a value which is right needs no object around it. */
export class Refused {
  readonly ok = false
  readonly error: string

  constructor(error: string) {
    this.error = error
  }
}

export function refuse(error: string): Refused {
  return new Refused(error)
}

/** A value that was judged: its canonical form, or a short phrase that names no value. */
export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string }

export function accept<T>(value: T): Checked<T> {
  return { ok: true, value }
}

export function refuse(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error }
}

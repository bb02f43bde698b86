/** A handler that waits until it is told, and tells when it was called. */
export class Gate {
  readonly signals: AbortSignal[] = []
  #open: (answer: string) => void = () => {}
  #called: () => void = () => {}
  called = this.#nextCall()

  readonly handler = (context: {
    readonly options: { readonly signal?: AbortSignal | undefined }
  }): Promise<string> => {
    if (context.options.signal !== undefined) this.signals.push(context.options.signal)
    this.#called()
    this.called = this.#nextCall()
    return new Promise((resolve) => {
      this.#open = resolve
    })
  }

  open(answer = 'OPEN'): void {
    this.#open(answer)
  }

  #nextCall(): Promise<void> {
    return new Promise((resolve) => {
      this.#called = resolve
    })
  }
}

/** The command was called the wrong way: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What was asked for failed and has been said already: exit code 1, nothing more is printed. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
}

/** A signal ended the work, and what was begun has been undone: exit code 130 or 143, as shells count it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly exitCode: number

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super('stopped')
    this.exitCode = signal === 'SIGINT' ? 130 : 143
  }
}

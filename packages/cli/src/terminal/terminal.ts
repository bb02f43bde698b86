// Where a command writes: answers to standard output, everything else to standard error, colour and
// progress only where a person is looking.
import { createInterface } from 'node:readline'
import { Interrupted } from '../command-failure.ts'

export interface Terminal {
  /** Whether standard output is given colour. */
  readonly color: boolean
  /** Whether standard error is. */
  readonly noteColor: boolean
  /** An answer, on standard output. */
  print(text: string): void
  /** A remark, on standard error. */
  note(text: string): void
  /** A line that is written over by the next; quiet in a pipe. */
  progress(text: string): void
  /** False without asking where nobody can answer. */
  confirm(question: string): Promise<boolean>
  /** Text for `print`. */
  style(kind: Style, text: string): string
  /** Text for `note`. */
  styleNote(kind: Style, text: string): string
}

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow'

const CODES: Readonly<Record<Style, string>> = {
  bold: '1',
  dim: '2',
  red: '31',
  green: '32',
  yellow: '33',
}

export function createTerminal({ stdin, stdout, stderr, env }: NodeJS.Process): Terminal {
  const color = wantsColor(env, stdout.isTTY)
  const noteColor = wantsColor(env, stderr.isTTY)
  const overwrites = stderr.isTTY && env['CI'] === undefined
  let pending = false
  const settle = (): void => {
    if (pending) stderr.write('\r\u001B[2K')
    pending = false
  }
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // A reader that has seen enough (`| head`) ends the writing; the work and its exit code stand.
      if (error.code === 'EPIPE') return
      process.exitCode = 1
      if (stream === stdout) stderr.write(`error: the output is cut off: ${error.message}\n`)
    })
  }
  return {
    color,
    noteColor,
    print(text) {
      settle()
      stdout.write(`${text}\n`)
    },
    note(text) {
      settle()
      stderr.write(`${text}\n`)
    },
    progress(text) {
      if (!overwrites) return
      settle()
      stderr.write(text.slice(0, (stderr.columns || 80) - 1))
      pending = true
    },
    confirm(question) {
      if (!stdin.isTTY || !stderr.isTTY) return Promise.resolve(false)
      settle()
      return ask(question, stdin, stderr)
    },
    style: (kind, text) => paint(color, kind, text),
    styleNote: (kind, text) => paint(noteColor, kind, text),
  }
}

function paint(color: boolean, kind: Style, text: string): string {
  return color ? `\u001B[${CODES[kind]}m${text}\u001B[0m` : text
}

/** https://no-color.org: any value that is not empty turns colour off; FORCE_COLOR turns it on. */
function wantsColor(env: NodeJS.ProcessEnv, isTTY: boolean): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return isTTY && env['TERM'] !== 'dumb'
}

/** Anything but a yes is a no: Enter and Ctrl-D as well. Ctrl-C is Interrupted. */
function ask(
  question: string,
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Promise<boolean> {
  const lines = createInterface({ input, output })
  const answered = new Promise<boolean>((resolve, reject) => {
    lines.on('SIGINT', () => reject(new Interrupted('SIGINT')))
    lines.on('close', () => resolve(false))
    lines.question(`${question} [y/N] `, (answer) => resolve(/^y(?:es)?$/i.test(answer.trim())))
  })
  return answered.finally(() => lines.close())
}

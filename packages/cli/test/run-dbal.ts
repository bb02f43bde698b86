// The command as a person runs it: a process of the built program, in a folder of its own.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

const BIN = fileURLToPath(new URL('../bin/dbal.js', import.meta.url))

/** The reference domain, which the schema package ships. */
export const REFERENCE = fileURLToPath(new URL('../../schema/reference', import.meta.url))

export interface Run {
  /** Of a signal as shells count it. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly stdin?: string
  readonly env?: NodeJS.ProcessEnv
  /** Told each piece of output as it comes, with what ends the process. */
  readonly onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void
}

const SIGNALS: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143, SIGKILL: 137 }

export function dbal(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { cwd, stdin = '', env = {}, onOutput } = options
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
  })
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text
      onOutput?.(text, (signal) => child.kill(signal))
    })
  }
  // A command that reads nothing may be gone by now.
  child.stdin.on('error', () => undefined).end(stdin)
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => {
      resolve({ code: code ?? SIGNALS[signal ?? ''] ?? -1, ...written })
    })
  })
}

/** A new folder with these files, removed after the tests of the file. */
export function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'dbal-cli-'))
  folders.push(folder)
  for (const [path, text] of Object.entries(files)) write(join(folder, path), text)
  return folder
}

export function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

const folders: string[] = []

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

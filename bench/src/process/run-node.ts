import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Standard output of a Node process, and how long it took from the call to its end, in milliseconds. */
export async function runNode(
  args: readonly string[],
  cwd: string,
): Promise<{ readonly output: string; readonly took: number }> {
  const began = performance.now()
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd })
  return { output: stdout, took: performance.now() - began }
}

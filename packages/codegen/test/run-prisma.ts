// Prisma's command line on a schema. It wants a schema engine before anything else, and uses it for
// none of these commands, so that any file will do.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './workspaces.ts'

const environment = {
  ...process.env,
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  CHECKPOINT_DISABLE: '1',
  NO_COLOR: '1',
}

/** What it said; throws with that when it fails. */
export async function runPrisma(
  command: 'validate' | 'generate' | 'format',
  folder: string,
): Promise<string> {
  const cli = join(root, 'node_modules/prisma/build/index.js')
  const args = [cli, command, '--schema', 'schema.prisma']
  const run = promisify(execFile)
  try {
    const { stdout } = await run(process.execPath, args, { cwd: folder, env: environment })
    return stdout
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string }
    throw new Error(`${stdout ?? ''}${stderr ?? ''}`, { cause: error })
  }
}

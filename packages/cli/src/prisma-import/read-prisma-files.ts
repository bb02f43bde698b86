// A Prisma schema from the disk: one file, or a folder of them, as Prisma itself takes it.
import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { UsageError } from '../command-failure.ts'
import { readNamedFile } from '@proj/dbal-daemon/project'
import type { PrismaFile } from './parse-prisma-schema.ts'

/** Throws UsageError for what cannot be read, or a folder without such files. */
export async function readPrismaFiles(path: string): Promise<readonly PrismaFile[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) {
    const text = await readNamedFile(resolve(path), path)
    return [{ name: basename(path), text }]
  }
  const names = (await readdir(path, { recursive: true }))
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.prisma') && !name.split('/').includes('node_modules'))
    .sort()
  if (names.length === 0) throw new UsageError(`${path} holds no .prisma files`)
  return Promise.all(
    names.map(async (name) => ({
      name,
      text: await readNamedFile(join(path, name), join(path, name)),
    })),
  )
}

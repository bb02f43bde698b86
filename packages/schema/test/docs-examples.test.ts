// The contracts printed in the manual. A YAML block that follows `<!-- file: NAME/PATH -->` is a file of the
// workspace NAME of its page; blocks with the same path are documents of one file.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadWorkspace, readDocuments, type Diagnostic } from '@proj/dbal-schema'

const MANUAL = fileURLToPath(new URL('../../../docs/', import.meta.url))
const BLOCK = /^(?:<!-- file: ([\w-]+)\/(\S+) -->\n\n)?```yaml\n([^]*?)^```$/gm

interface Block {
  readonly workspace: string | undefined
  readonly path: string
  readonly text: string
}

function readBlocks(page: string): readonly Block[] {
  return [...page.matchAll(BLOCK)].map(([, workspace, path = '', text = '']) => ({
    workspace,
    path,
    text,
  }))
}

/** No part of a workspace: `loadWorkspace` passes over them. */
function isVector({ path }: Block): boolean {
  return path.startsWith('cases/')
}

function print({ file, line, message, hint }: Diagnostic): string {
  return `${file}:${line}: ${message} (${hint ?? ''})`
}

async function write(folder: string, blocks: readonly Block[]): Promise<void> {
  for (const path of new Set(blocks.map((block) => block.path))) {
    const parts = blocks.filter((block) => block.path === path)
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, parts.map(({ text }) => text).join('---\n'))
  }
}

const names = (await readdir(MANUAL, { recursive: true })).filter((name) => name.endsWith('.md'))
const pages = await Promise.all(
  names.sort().map(async (name) => {
    const blocks = readBlocks(await readFile(join(MANUAL, name), 'utf8'))
    return { name, blocks, workspaces: [...new Set(blocks.flatMap((b) => b.workspace ?? []))] }
  }),
)

let scratch = ''
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'dbal-manual-'))
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

describe('the contracts of the manual', () => {
  for (const { name, blocks, workspaces } of pages) {
    for (const workspace of workspaces) {
      it(`${name}: ${workspace}`, async () => {
        const folder = join(scratch, name.replaceAll(/\W/g, '-'), workspace)
        await write(
          folder,
          blocks.filter((block) => block.workspace === workspace),
        )
        const { model, diagnostics } = await loadWorkspace(folder)
        expect(diagnostics.map(print)).toEqual([])
        expect(model).toBeDefined()
      })
    }
  }

  it('vectors have the shape of vectors', () => {
    const vectors = pages.flatMap(({ blocks }) => blocks.filter(isVector))
    expect(vectors.length).toBeGreaterThan(0)
    for (const block of vectors) {
      expect(readDocuments(block, 'conformance').diagnostics.map(print)).toEqual([])
    }
  })

  it('every block of the grammar is checked', () => {
    const blocks = pages.find(({ name }) => name === 'grammar.md')?.blocks ?? []
    expect(blocks.length).toBeGreaterThan(10)
    expect(blocks.filter(({ workspace }) => workspace === undefined)).toEqual([])
  })
})

// The programs printed in the guides. The blocks after `<!-- run -->` of a page are one program; its contract is
// in the page's YAML blocks after `<!-- file: NAME/PATH -->`. A comment behind `console.log(…)` is what it prints.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { runInThisContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const GUIDES = fileURLToPath(new URL('../../../docs/guides/', import.meta.url))
const FILE = /^<!-- file: [\w-]+\/(\S+) -->\n\n```yaml\n([^]*?)^```$/gm
const RUN = /^<!-- run -->\n\n```ts\n([^]*?)^```$/gm
const IMPORT = /^import (?:type )?(\{[^}]*\}) from '([^']+)'$/gm
const PRINTED = /console\.log\(.*\) \/\/ (.+)$/gm

type Program = (
  load: (name: string) => Promise<unknown>,
  console: Pick<Console, 'log'>,
) => Promise<void>

/** On a workspace of its own and a store in memory. */
function compile(text: string, workspace: string, page: string): Program {
  const body = text
    .replaceAll(
      IMPORT,
      (_, names: string, from: string) => `const ${names} = await load('${from}')`,
    )
    .replaceAll("'./dbal'", JSON.stringify(workspace))
    .replaceAll(/'file:[^']*'/g, "':memory:'")
  return runInThisContext(`(async (load, console) => {${body}\n})`, { filename: page }) as Program
}

/** The guides import packages of this repository only. */
function load(name: string): Promise<unknown> {
  if (!name.startsWith('@proj/')) throw new Error(`the guides may not import ${name}`)
  return import(name)
}

const names = (await readdir(GUIDES)).filter((name) => name.endsWith('.md'))
const pages = await Promise.all(
  names.map(async (name) => ({ name, text: await readFile(join(GUIDES, name), 'utf8') })),
)

let scratch = ''
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'dbal-guides-'))
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

describe('the programs of the guides', () => {
  for (const { name, text } of pages.filter((page) => page.text.includes('<!-- run -->'))) {
    it(`${name} prints what it says`, async () => {
      const workspace = join(scratch, name, 'dbal')
      for (const [, path = '', yaml = ''] of text.matchAll(FILE)) {
        await mkdir(dirname(join(workspace, path)), { recursive: true })
        await writeFile(join(workspace, path), yaml)
      }
      const program = [...text.matchAll(RUN)].map(([, block = '']) => block).join('\n')
      const printed: string[] = []
      const log = (...values: readonly unknown[]): void => {
        printed.push(values.map((value) => print(value)).join(' '))
      }
      await compile(program, workspace, name)(load, { log })
      expect(printed).toEqual([...program.matchAll(PRINTED)].map(([, value]) => value))
    })
  }
})

function print(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { depth: 8, breakLength: Infinity })
}

// Compiles files with the real tsc under settings as strict as a user's may be.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './workspaces.ts'

export interface TextFile {
  readonly path: string
  readonly text: string
}

const STRICTEST = {
  target: 'ES2023',
  lib: ['ES2023'],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  allowUnreachableCode: false,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  isolatedDeclarations: true,
  declaration: true,
  erasableSyntaxOnly: true,
  allowImportingTsExtensions: true,
  forceConsistentCasingInFileNames: true,
  skipLibCheck: true,
  noEmit: true,
  customConditions: ['@proj/source'],
}

/** A folder inside the package, so that `@proj/dbal` resolves as it does for a user. */
async function temporaryFolder(): Promise<string> {
  const parent = join(root, 'packages/codegen/dist')
  await mkdir(parent, { recursive: true })
  return mkdtemp(join(parent, 'test-'))
}

export async function withFiles<T>(
  files: readonly TextFile[],
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await temporaryFolder()
  try {
    for (const { path, text } of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Programs by name. */
export type Programs = Readonly<Record<string, readonly TextFile[]>>

/**
 * The errors in the files of each program; the packages they import are not in question, and are read once for all of
 * them.
 */
export function compileTypescript(
  programs: Programs,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, readonly string[]>>> {
  const config = {
    compilerOptions: { ...STRICTEST, ...options },
    include: ['**/*.ts'],
    exclude: [],
  }
  const files = Object.entries(programs).flatMap(([name, own]) =>
    own.map(({ path, text }) => ({ path: `${name}/${path}`, text })),
  )
  const all = [...files, { path: 'tsconfig.json', text: JSON.stringify(config) }]
  return withFiles(all, async (folder) => {
    const lines = await runTsc(folder)
    const general = lines.filter((line) => line.startsWith('error '))
    const ofFile = (line: string): string => line.slice(0, line.indexOf('('))
    return Object.fromEntries(
      Object.entries(programs).map(([name, own]) => {
        const paths = new Set(own.map(({ path }) => `${name}/${path}`))
        return [name, [...general, ...lines.filter((line) => paths.has(ofFile(line)))]]
      }),
    )
  })
}

async function runTsc(folder: string): Promise<string[]> {
  const tsc = join(root, 'node_modules/.bin/tsc')
  const run = promisify(execFile)
  const options = { cwd: folder, maxBuffer: 1 << 26 }
  const output = await run(tsc, ['-p', '.', '--pretty', 'false'], options).then(
    ({ stdout }) => stdout,
    (error: unknown) => (error as { readonly stdout?: string }).stdout ?? String(error),
  )
  return output.split('\n')
}

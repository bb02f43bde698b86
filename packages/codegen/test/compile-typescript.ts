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

/** The errors in these files; the packages they import are not in question. */
export function compileTypescript(
  files: readonly TextFile[],
  options: Readonly<Record<string, unknown>> = {},
): Promise<readonly string[]> {
  const config = {
    compilerOptions: { ...STRICTEST, ...options },
    include: ['**/*.ts'],
    exclude: [],
  }
  const all = [...files, { path: 'tsconfig.json', text: JSON.stringify(config) }]
  return withFiles(all, async (folder) => {
    const lines = await runTsc(folder)
    const own = new Set(files.map(({ path }) => path))
    const ofOwn = (line: string): boolean => own.has(line.slice(0, line.indexOf('(')))
    const general = (line: string): boolean => line.startsWith('error ')
    return lines.filter((line) => ofOwn(line) || general(line))
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

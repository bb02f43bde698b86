// The page as a bundler makes it for browsers, from the sources.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'vite'
import { afterAll } from 'vitest'
import { generate } from '@proj/dbal-codegen'
import type { Model } from '@proj/dbal-schema'

export type Factory = 'createClient' | 'createRemoteClient'

export interface Bundle {
  /** Of the module that is loaded first. */
  readonly path: string
  readonly chunks: readonly {
    readonly name: string
    readonly code: string
    readonly gzip: number
  }[]
  /** What is left to be found at run time. */
  readonly external: readonly string[]
}

const CONTRACT = './contract-client.js'
const CONFIG: Readonly<Record<Factory, string>> = {
  createClient: "{ ...config, mode: 'production' }",
  createRemoteClient: 'config',
}
/** Names that mean something else in a browser, or nothing; runtime.mjs says what. */
const NAMES =
  'process, Buffer, global, setImmediate, clearImmediate, WebSocket, fetch, crypto, setTimeout, setInterval'
const SCOPE = `const globalThis = pageScope, { ${NAMES} } = globalThis;\n`
const folders: string[] = []

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

export async function bundlePage(model: Model, factory: Factory): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'dbal-page-'))
  folders.push(folder)
  const built = await build({
    root: fileURLToPath(new URL('.', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    plugins: [contractClient(model, factory)],
    resolve: { conditions: ['@proj/source', 'browser', 'module', 'import', 'default'] },
    build: {
      write: false,
      minify: true,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input: fileURLToPath(new URL('page.ts', import.meta.url)),
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
      },
    },
  })
  const [result] = Array.isArray(built) ? built : [built]
  if (result === undefined || !('output' in result)) throw new Error('nothing was built')
  const chunks = result.output.filter((each) => each.type === 'chunk')
  for (const { fileName, code } of chunks) writeFileSync(join(folder, fileName), `${SCOPE}${code}`)
  const names = new Set(chunks.map(({ fileName }) => fileName))
  return {
    path: join(folder, 'page.mjs'),
    chunks: chunks.map(({ fileName: name, code }) => ({
      name,
      code,
      gzip: gzipSync(code, { level: 9 }).length,
    })),
    external: chunks
      .flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
      .filter((name) => !names.has(name)),
  }
}

/** The contract's generated client, as if it stood beside the page. */
function contractClient(model: Model, factory: Factory): Plugin {
  const path = fileURLToPath(new URL('contract-client.ts', import.meta.url))
  return {
    name: 'contract-client',
    enforce: 'pre',
    resolveId: (id) => (id === CONTRACT ? path : undefined),
    load: (id) => {
      if (id !== path) return undefined
      const files = generate({ model, targets: ['client'] })
      const text = files.find((file) => file.path === 'client.ts')?.text ?? ''
      return `${text}\nexport const connect = (config: any) => ${factory}(${CONFIG[factory]} as any)\n`
    },
  }
}

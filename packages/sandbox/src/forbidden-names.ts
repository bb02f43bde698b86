// Names that reach out of a script in other environments. In the sandbox they do not exist; that a
// script asked for one is still worth telling from a mere mistake.
import type { Language } from './worker/messages.ts'

const LUA: ReadonlySet<string> = new Set([
  '_ENV',
  'collectgarbage',
  'debug',
  'dofile',
  'dump',
  'ffi',
  'getfenv',
  'io',
  'jit',
  'load',
  'loadfile',
  'loadstring',
  'module',
  'newproxy',
  'os',
  'package',
  'require',
  'setfenv',
])

const JAVASCRIPT: ReadonlySet<string> = new Set([
  'Buffer',
  'Bun',
  'Deno',
  'Function',
  'SharedArrayBuffer',
  'WebAssembly',
  'WebSocket',
  'Worker',
  'XMLHttpRequest',
  '__dirname',
  '__filename',
  'document',
  'eval',
  'exports',
  'fetch',
  'global',
  'importScripts',
  'localStorage',
  'module',
  'process',
  'require',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'window',
])

export const FORBIDDEN: Readonly<Record<Language, ReadonlySet<string>>> = {
  lua: LUA,
  javascript: JAVASCRIPT,
}

const LUA_MISS = /attempt to (?:call|index) a nil value \((?:global|field) '(\w+)'\)/
const JAVASCRIPT_MISS = /^ReferenceError: '?(\w+)'? is not defined/

/** The forbidden name that an error of the engine is about. */
export function forbiddenIn(language: Language, message: string): string | undefined {
  const name = (language === 'lua' ? LUA_MISS : JAVASCRIPT_MISS).exec(message)?.[1]
  return name !== undefined && FORBIDDEN[language].has(name) ? name : undefined
}

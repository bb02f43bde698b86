// JavaScript (QuickJS): a machine of its own for each run, without clock, promises or a compiler.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type CustomizeVariantOptions,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core'
import type { Outcome, Runner, RunRequest } from './messages.ts'

const PAGE_BYTES = 65_536
/** What the engine's build begins with: 16 MiB. */
const FIRST_PAGES = 256
// Under the machine's own stack, so that deep recursion is an error of the script.
const STACK_BYTES = 256 * 1024
const MAX_MESSAGE = 1000

/** Stays enabled for the host, which needs it to start the script; the script's ways to it are cut. */
const CUT = `(() => {
  for (const make of [function () {}, function* () {}]) {
    Object.defineProperty(Object.getPrototypeOf(make), 'constructor', { value: undefined })
  }
  delete globalThis.eval
  delete globalThis.Function
  delete globalThis.SharedArrayBuffer
})()`

/** No clock, and nothing that runs later. */
const INTRINSICS = {
  BaseObjects: true,
  Eval: true,
  StringNormalize: true,
  RegExp: true,
  RegExpCompiler: true,
  JSON: true,
  Proxy: true,
  MapSet: true,
  TypedArrays: true,
  BigInt: true,
}

/** What Node has and the types of this project's target leave out. */
interface WebAssemblyHost {
  readonly Memory: new (pages: { initial: number; maximum: number }) => object
  compile(bytes: Uint8Array): Promise<object>
}

/** Compiles the engine once; making a machine of it takes a millisecond or two. */
export async function loadJavaScript(): Promise<Runner> {
  const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: WebAssemblyHost }
  const name = '@jitl/quickjs-wasmfile-release-sync'
  const file = fileURLToPath(import.meta.resolve(`${name}/wasm`))
  const [variant, wasmModule] = await Promise.all([
    import('@jitl/quickjs-wasmfile-release-sync'),
    readFile(file).then((bytes) => wasm.compile(bytes)),
  ])
  return async (request, begin) => {
    // The engine does not count what it allocates, so its memory itself is what cannot grow.
    const pages = Math.max(FIRST_PAGES, Math.ceil(request.memoryBytes / PAGE_BYTES))
    const wasmMemory = new wasm.Memory({ initial: FIRST_PAGES, maximum: pages })
    // Its types describe the CommonJS build.
    const base = variant.default as unknown as QuickJSSyncVariant
    const own = { wasmModule, wasmMemory } as CustomizeVariantOptions
    const engine = await newQuickJSWASMModuleFromVariant(newVariant(base, own))
    begin()
    return run(engine, request)
  }
}

/** Its handles are not given back: the machine is thrown away with all it holds. */
function run(engine: QuickJSWASMModule, request: RunRequest): Outcome {
  const runtime = engine.newRuntime({ maxStackSizeBytes: STACK_BYTES })
  const context = runtime.newContext({ intrinsics: INTRINSICS })
  context.unwrapResult(context.evalCode(CUT))
  const json = context.getProp(context.global, 'JSON')
  // Taken before the script runs, which may put something else in their place.
  const parse = context.getProp(json, 'parse')
  const print = context.getProp(json, 'stringify')
  const text = context.newString(request.args)
  const args = context.callFunction(parse, context.undefined, text)
  if (args.error !== undefined) return { kind: 'violation', violation: 'memory' }
  return call(context, request, args.value, print)
}

function call(
  context: QuickJSContext,
  { code, outputBytes }: RunRequest,
  args: QuickJSHandle,
  print: QuickJSHandle,
): Outcome {
  // In front of the code's own first line, so that lines are its own.
  const source = `(function (args) { 'use strict'; ${code}\n})`
  const made = context.evalCode(source, 'script')
  if (made.error !== undefined) return failure(context, made.error)
  const called = context.callFunction(made.value, context.undefined, args)
  if (called.error !== undefined) return failure(context, called.error)
  const printed = context.callFunction(print, context.undefined, called.value)
  if (printed.error !== undefined) return failure(context, printed.error, 'output')
  const answer = printed.value
  // `undefined` and functions have no JSON; the first is what a script without a return gives.
  if (context.typeof(answer) !== 'string') return { kind: 'answer', json: 'null' }
  const length = context.getNumber(context.getProp(answer, 'length'))
  if (length > outputBytes) return { kind: 'violation', violation: 'output' }
  return { kind: 'answer', json: context.getString(answer) }
}

function failure(context: QuickJSContext, error: QuickJSHandle, otherwise?: 'output'): Outcome {
  // What the engine throws when it has no room left to make an error.
  if (context.eq(error, context.null)) return { kind: 'violation', violation: 'memory' }
  const text = (name: string): string => {
    const handle = context.getProp(error, name)
    const isShort =
      context.typeof(handle) === 'string' &&
      context.getNumber(context.getProp(handle, 'length')) <= MAX_MESSAGE
    return isShort ? context.getString(handle) : ''
  }
  // An error may be any value; of a primitive nothing is told.
  const isObject = context.typeof(error) === 'object'
  const [name = '', message = '', stack = ''] = isObject
    ? ['name', 'message', 'stack'].map(text)
    : []
  if (name === 'InternalError' && (message === 'out of memory' || message === 'stack overflow')) {
    return { kind: 'violation', violation: 'memory' }
  }
  if (otherwise !== undefined) return { kind: 'violation', violation: otherwise }
  const line = /script:(\d+)/.exec(stack)?.[1]
  return {
    kind: 'error',
    message: `${name}: ${message}`,
    line: line === undefined ? undefined : Number(line),
  }
}

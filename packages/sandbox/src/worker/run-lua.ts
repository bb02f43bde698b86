// Lua 5.4 (wasmoon), by its C interface: no object of this thread is ever within the script's reach.
import { LuaFactory, LuaGlobal, LuaReturn, LuaType, type LuaWasm } from 'wasmoon'
import { NotJson, pushBytes, pushValue, readBytes, readValue } from './lua-values.ts'
import type { Outcome, Runner, RunRequest } from './messages.ts'

/** Loads nothing from a file, from bytecode or from text; prints nothing; steers no collector. */
const REMOVED = ['collectgarbage', 'dofile', 'load', 'loadfile', 'print', 'require', 'warn']

const MAX_MESSAGE = 1000

/** Compiles the engine once; each run has a state of its own. */
export async function loadLua(): Promise<Runner> {
  const lua = await new LuaFactory().getLuaModule()
  return (request, begin) => {
    begin()
    const state = new LuaGlobal(lua, true)
    try {
      return run(lua, state, request)
    } finally {
      // Under the limit still, and before the answer: finalizers are the script's own code.
      state.close()
    }
  }
}

function run(lua: LuaWasm, state: LuaGlobal, request: RunRequest): Outcome {
  const L = state.address
  openLibraries(lua, L)
  pushValue(lua, L, JSON.parse(request.args))
  lua.lua_setglobal(L, 'args')
  // Only here: without a limit nothing above can fail outside of a protected call.
  state.setMemoryMax(state.getMemoryUsed() + request.memoryBytes)
  const loaded = loadText(lua, L, request.code)
  const status =
    loaded === LuaReturn.Ok ? (lua.lua_pcallk(L, 0, 1, 0, 0, null) as LuaReturn) : loaded
  if (status === LuaReturn.ErrorMem) return { kind: 'violation', violation: 'memory' }
  if (status !== LuaReturn.Ok) return failure(lua, L)
  try {
    return answer(readValue(lua, L, -1, request.outputBytes))
  } catch (error) {
    if (error instanceof NotJson) return { kind: 'violation', violation: 'output' }
    throw error
  }
}

function answer(value: unknown): Outcome {
  return { kind: 'answer', json: JSON.stringify(value) }
}

function failure(lua: LuaWasm, L: number): Outcome {
  // An error may be any value; only a text is told.
  const isText = lua.lua_type(L, -1) === LuaType.String
  const bytes = isText ? readBytes(lua, L, -1).subarray(0, MAX_MESSAGE) : undefined
  const message = bytes === undefined ? 'an error that is no text' : new TextDecoder().decode(bytes)
  if (message.startsWith('attempt to load a binary chunk')) {
    return { kind: 'violation', violation: 'code' }
  }
  const line = /^\[string "script"\]:(\d+):/.exec(message)?.[1]
  return { kind: 'error', message, line: line === undefined ? undefined : Number(line) }
}

/** Text only: bytecode can break the machine that runs it. */
function loadText(lua: LuaWasm, L: number, code: string): LuaReturn {
  const bytes = new TextEncoder().encode(code)
  const pointer = lua.module._malloc(bytes.length + 1)
  lua.module.HEAPU8.set(bytes, pointer)
  try {
    return lua.luaL_loadbufferx(L, pointer, bytes.length, 'script', 't')
  } finally {
    lua.module._free(pointer)
  }
}

function openLibraries(lua: LuaWasm, L: number): void {
  lua.luaopen_base(L)
  lua.lua_settop(L, 0)
  const libraries = {
    coroutine: lua.luaopen_coroutine,
    math: lua.luaopen_math,
    string: lua.luaopen_string,
    table: lua.luaopen_table,
    utf8: lua.luaopen_utf8,
  }
  for (const [name, open] of Object.entries(libraries)) {
    open(L)
    lua.lua_setglobal(L, name)
    lua.lua_settop(L, 0)
  }
  for (const name of REMOVED) {
    lua.lua_pushnil(L)
    lua.lua_setglobal(L, name)
  }
  // Bytecode has no way out either.
  lua.lua_getglobal(L, 'string')
  lua.lua_pushnil(L)
  lua.lua_setfield(L, -2, 'dump')
  // Stands for null where nil would leave a hole.
  lua.lua_settop(L, 0)
  lua.lua_pushlightuserdata(L, 0)
  lua.lua_setglobal(L, 'null')
  pushBytes(lua, L, new TextEncoder().encode('Lua 5.4'))
  lua.lua_setglobal(L, '_VERSION')
}

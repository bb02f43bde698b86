// JSON to Lua and back. A table of 1..n is a list, one of texts an object; null in a list is the value
// `null`, in an object the key is absent. What JSON cannot say is NotJson.
import { LuaType, type LuaWasm } from 'wasmoon'
import { MAX_DEPTH } from '../limits.ts'

/** The answer holds what JSON has no word for, or is too large or too deep. */
export class NotJson extends Error {}

/** Called without a memory limit: it is not in a protected call. */
export function pushValue(lua: LuaWasm, L: number, value: unknown): void {
  if (value === null || value === undefined) lua.lua_pushnil(L)
  else if (typeof value === 'boolean') lua.lua_pushboolean(L, value ? 1 : 0)
  else if (typeof value === 'number') pushNumber(lua, L, value)
  else if (typeof value === 'string') pushBytes(lua, L, new TextEncoder().encode(value))
  else {
    // The stack of the machine is short; each level needs a table, a key and a value.
    lua.lua_checkstack(L, 8)
    lua.lua_createtable(L, 0, 0)
    if (Array.isArray(value)) pushItems(lua, L, value)
    else pushEntries(lua, L, value)
  }
}

function pushItems(lua: LuaWasm, L: number, items: readonly unknown[]): void {
  for (const [i, item] of items.entries()) {
    if (item === null) lua.lua_pushlightuserdata(L, 0)
    else pushValue(lua, L, item)
    lua.lua_rawseti(L, -2, BigInt(i + 1))
  }
}

function pushEntries(lua: LuaWasm, L: number, object: object): void {
  for (const [key, item] of Object.entries(object)) {
    pushBytes(lua, L, new TextEncoder().encode(key))
    pushValue(lua, L, item)
    lua.lua_rawset(L, -3)
  }
}

function pushNumber(lua: LuaWasm, L: number, value: number): void {
  if (Number.isSafeInteger(value)) lua.lua_pushinteger(L, BigInt(value))
  else lua.lua_pushnumber(L, value)
}

export function pushBytes(lua: LuaWasm, L: number, bytes: Uint8Array): void {
  const pointer = lua.module._malloc(bytes.length + 1)
  lua.module.HEAPU8.set(bytes, pointer)
  lua.lua_pushlstring(L, pointer, bytes.length)
  lua.module._free(pointer)
}

/** A copy of a text's bytes; the machine's own reader stops at a NUL. */
export function readBytes(lua: LuaWasm, L: number, index: number): Uint8Array {
  const { module } = lua
  const size = module._malloc(4)
  const start: unknown = module.ccall(
    'lua_tolstring',
    'number',
    ['number', 'number', 'number'],
    [L, index, size],
  )
  const heap = module.HEAPU8
  const length = new DataView(heap.buffer).getUint32(size, true)
  module._free(size)
  return heap.slice(Number(start), Number(start) + length)
}

/** Throws NotJson. `maxBytes` bounds the work, not the exact size of the JSON. */
export function readValue(lua: LuaWasm, L: number, index: number, maxBytes: number): unknown {
  return new Reader(lua, L, maxBytes).read(lua.lua_absindex(L, index), MAX_DEPTH)
}

class Reader {
  readonly #lua: LuaWasm
  readonly #L: number
  #left: number

  constructor(lua: LuaWasm, L: number, maxBytes: number) {
    this.#lua = lua
    this.#L = L
    this.#left = maxBytes
  }

  read(index: number, depth: number): unknown {
    const lua = this.#lua
    const L = this.#L
    this.#spend(1)
    switch (lua.lua_type(L, index)) {
      case LuaType.None:
      case LuaType.Nil:
        return null
      case LuaType.Boolean:
        return lua.lua_toboolean(L, index) !== 0
      case LuaType.Number:
        return this.#number(index)
      case LuaType.String:
        return this.#text(index)
      case LuaType.Table:
        return this.#table(index, depth)
      case LuaType.LightUserdata:
        return null
      default:
        throw new NotJson()
    }
  }

  #number(index: number): number {
    const value = this.#lua.lua_tonumberx(this.#L, index, null)
    const isInteger = this.#lua.lua_isinteger(this.#L, index) !== 0
    if (!Number.isFinite(value) || (isInteger && !Number.isSafeInteger(value))) throw new NotJson()
    return value
  }

  #text(index: number): string {
    // Before the copy: the machine may hold more than this thread may.
    this.#spend(rawLength(this.#lua, this.#L, index))
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        readBytes(this.#lua, this.#L, index),
      )
    } catch {
      throw new NotJson()
    }
  }

  #table(index: number, depth: number): unknown {
    const lua = this.#lua
    const L = this.#L
    if (depth === 0 || lua.lua_checkstack(L, 8) === 0) throw new NotJson()
    const length = rawLength(lua, L, index)
    const list: unknown[] = []
    const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>
    let count = 0
    lua.lua_pushnil(L)
    while (lua.lua_next(L, index) !== 0) {
      const value = this.read(lua.lua_absindex(L, -1), depth - 1)
      const key = lua.lua_absindex(L, -2)
      if (lua.lua_type(L, key) === LuaType.String) object[this.#text(key)] = value
      else list[this.#position(key, length)] = value
      count++
      lua.lua_settop(L, key)
    }
    const isList = count > 0 && count === length && Object.keys(object).length === 0
    if (!isList && list.length > 0) throw new NotJson()
    return isList ? list : object
  }

  /** Of a list's item, from 0. */
  #position(index: number, length: number): number {
    const lua = this.#lua
    const key =
      lua.lua_isinteger(this.#L, index) === 0 ? 0 : lua.lua_tonumberx(this.#L, index, null)
    if (!(key >= 1 && key <= length)) throw new NotJson()
    return key - 1
  }

  #spend(bytes: number): void {
    this.#left -= bytes
    if (this.#left < 0) throw new NotJson()
  }
}

/** A 64-bit integer, whatever the engine's types say. */
function rawLength(lua: LuaWasm, L: number, index: number): number {
  const length: unknown = lua.lua_rawlen(L, index)
  return Number(length)
}

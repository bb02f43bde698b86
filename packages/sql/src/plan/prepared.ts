// A statement with the binder that fills it. Both are made once for a query's shape.
import type { Params, Value } from '@proj/dbal-contract'
import { KEYS } from '../compile/compile-context.ts'
import { printSql, type Slot, type Sql } from '../compile/sql.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import type { Bind, Binds, SqlStatement } from '../driver/driver.ts'

export interface Prepared {
  readonly statement: SqlStatement
  /** `keys` are those of the parents, for an include. */
  bind(params: Params, keys?: readonly Value[]): Binds
}

type Fill = (params: Params, keys: readonly Value[]) => Bind

const NO_KEYS: readonly Value[] = []

export function prepare(
  dialect: SqlDialect,
  fragment: Sql,
  options: Omit<SqlStatement, 'text'> = {},
): Prepared {
  const { text, slots } = printSql(fragment, dialect.placeholder)
  const fills = slots.map(fillOf)
  const { length } = fills
  return {
    statement: { text, ...options },
    bind(params, keys = NO_KEYS) {
      const binds: Bind[] = []
      for (let at = 0; at < length; at += 1) binds.push((fills[at] as Fill)(params, keys))
      return binds
    },
  }
}

function fillOf(slot: Slot): Fill {
  switch (slot.kind) {
    case 'constant':
      return () => slot.bind
    case 'param':
      return (params) => slot.encode(params[slot.index] as Value | undefined)
    case 'item': {
      const { index, at, encode } = slot
      return (params, keys) => {
        const list = listAt(params, keys, index)
        // Repeating the last value changes nothing in a list.
        return encode(list[Math.min(at, list.length - 1)])
      }
    }
    case 'list':
      return (params, keys) => slot.encode(listAt(params, keys, slot.index))
  }
}

function listAt(params: Params, keys: readonly Value[], index: number): readonly Value[] {
  return index === KEYS ? keys : (params[index] as readonly Value[])
}

// Weaker versions of our own parts, by the file of packages/ that has them.
import type { SelectQuery, UpdateQuery } from '@proj/dbal-contract'
import type { Kind } from '../src/non-interference/programs.ts'

/** Exports and arguments of inner parts, whose types are not said here. */
export type Parts = Readonly<Record<string, ReturnType<typeof JSON.parse>>>
export type Weakening = Readonly<Record<string, (original: Parts) => Parts>>

const ALL = { kind: 'true' } as const

interface Planted {
  /** Programs of these alone are enough. */
  readonly kinds: readonly Kind[]
  readonly weakening: Weakening
}

export const WEAKENINGS: Readonly<Record<string, Planted>> = {
  'filters over hidden fields': {
    kinds: ['list', 'count', 'update_many'],
    weakening: {
      'policy/src/guard-filter': () => ({ guardFilter: (filter: unknown) => filter }),
    },
  },
  'relation terms over hidden rows': {
    kinds: ['list', 'count'],
    weakening: { 'policy/src/guard-filter': () => ({ visible: () => ALL }) },
  },
  'relation terms whose own key is hidden': {
    kinds: ['list', 'count'],
    weakening: linking(({ far }) => ({ near: true, far })),
  },
  'relation terms over rows whose key is hidden': {
    kinds: ['list', 'count'],
    weakening: linking(({ near }) => ({ near, far: true })),
  },
  'includes whose own key is hidden': {
    kinds: ['include'],
    weakening: linking(({ far }) => ({ near: true, far })),
  },
  'includes of rows whose key is hidden': {
    kinds: ['include'],
    weakening: linking(({ near }) => ({ near, far: true })),
  },
  'sorting and aggregating by hidden fields': {
    kinds: ['list', 'distinct', 'aggregate'],
    weakening: { 'policy/src/access': openFields },
  },
  'foreign keys to hidden rows': {
    kinds: ['create', 'update'],
    weakening: { 'policy/src/demand-targets': () => ({ findUnseen: async () => undefined }) },
  },
  'values of hidden parts of keys': {
    kinds: ['pair'],
    weakening: {
      'policy/src/guarded-store': ({ GuardedStore }) => ({
        GuardedStore: class extends GuardedStore {
          update(query: UpdateQuery, ...rest: unknown[]): unknown {
            return super.update(query, ...rest).catch(async (error: Error & Parts) => {
              const select = {
                kind: 'select',
                entity: 'Note',
                fields: ['place'],
                where: ALL,
                sort: [],
              }
              if (query.entity !== 'Note' || error['details']?.conflict !== 'unique') throw error
              error['details'].places = (await this['base'].run(select, [])).rows
              throw error
            })
          }
        },
      }),
    },
  },
  'writes that answer hidden fields': {
    kinds: ['create', 'update', 'upsert'],
    weakening: {
      'policy/src/view-row': () => ({
        viewRow: async (_: unknown, __: unknown, row: unknown) => row,
      }),
    },
  },
}

function openFields({ EntityAccess }: Parts): Parts {
  return {
    EntityAccess: class extends EntityAccess {
      field(...args: unknown[]): unknown {
        return args[1] === 'sort' || args[1] === 'aggregate' || super.field(...args)
      }
    },
  }
}

interface Ends {
  readonly near: unknown
  readonly far: unknown
}

/** Relations as they would be if one of their two keys needed not be shown. */
function linking(open: (ends: Ends) => Ends): Weakening {
  return {
    'policy/src/principal-access': ({ PrincipalAccess }) => {
      const { link } = PrincipalAccess.prototype
      PrincipalAccess.prototype.link = function (this: Parts, ...args: unknown[]) {
        return open(link.apply(this, args))
      }
      return {}
    },
  }
}

export const says = (node: unknown, text: string): boolean => JSON.stringify(node).includes(text)

/** A select as the caller asked for it, and as the rules made it: what is run in its place. */
type Select = (asked: SelectQuery, folded: SelectQuery) => SelectQuery

export function selecting(weaken: Select): Weakening {
  return {
    'policy/src/fold-query': ({ foldSelect }) => ({
      foldSelect: (asked: SelectQuery, ...rest: unknown[]) => {
        const folded = foldSelect(asked, ...rest)
        return { ...folded, query: weaken(asked, folded.query) }
      },
    }),
  }
}

/** All rows of an included relation, where it is asked for so. */
export function including(
  open: (asked: NonNullable<SelectQuery['include']>[number]) => boolean,
): Weakening {
  return selecting((asked, folded) => {
    if (asked.include === undefined) return folded
    const include = folded.include?.map((each, n) => {
      const own = asked.include?.[n]
      if (own === undefined || !open(own)) return each
      return { ...each, query: { ...each.query, where: own.query.where } }
    })
    return { ...folded, ...(include === undefined ? {} : { include }) }
  })
}

/** The same operation past the rules. */
export function asSystem(context: Parts): Parts {
  const { store, runtime, principal, now } = context
  const scope = { principal: { ...principal, system: true }, now }
  return { ...context, store: new store.constructor(store.base, runtime.policy, scope) }
}

export async function rowCount(guard: Parts): Promise<number> {
  let count = 0
  for (const entity of ['Org', 'Person', 'Doc', 'Note'])
    count += (
      await guard['rows']({ kind: 'select', entity, fields: ['id'], where: ALL, sort: [] }, [])
    ).length
  return count
}

export async function storedRow(context: Parts, id: unknown): Promise<unknown> {
  const { entity, store } = asSystem(context)
  const left = { kind: 'field', path: [], field: 'id', type: 'string' }
  const right = { kind: 'param', index: 0, type: 'string' }
  const where = { kind: 'compare', op: '=', left, right }
  const fields = [...entity.fields.keys()].filter((name) => name !== 'hash')
  const query = { kind: 'select', entity: entity.name, fields, where, sort: [] }
  return (await store.select(query, [id], 'read'))[0]
}

// What a spec says of one operation binds those that do the same by another name: a `count` counts what
// `list` shows, and a bulk write is as guarded as the single one.
import type { Requirement } from '@proj/dbal-policy'
import type { BuiltIn, Entity, OperationSpec, RulePredicate } from '@proj/dbal-schema'
import { allOf } from '@proj/dbal-schema/model'

const BY: Readonly<Partial<Record<BuiltIn, readonly BuiltIn[]>>> = {
  count: ['list'],
  search: ['list'],
  aggregate: ['list'],
  create_many: ['create'],
  update_many: ['update'],
  delete_many: ['delete'],
  upsert: ['create', 'update'],
}

/** One object for each operation: query plans are kept beside its predicates. */
interface Guards extends Requirement {
  readonly systemOnly: boolean
}

const MAKING: ReadonlySet<string> = new Set(['create', 'create_many', 'upsert'])

const known = new WeakMap<OperationSpec, Guards>()

/** The guards of an operation and of those that govern it. */
export function guardsOf(entity: Entity, operation: OperationSpec): Guards {
  let guards = known.get(operation)
  if (guards === undefined) {
    const governing = (operation.builtIn === undefined ? undefined : BY[operation.builtIn]) ?? []
    const all = [operation, ...governing.flatMap((name) => entity.operations.get(name) ?? [])]
    // A check of the upsert itself is about both of its arms.
    const made = all.filter(({ builtIn = '' }) => MAKING.has(builtIn))
    const found = all.filter((each) => each.builtIn === 'upsert' || !made.includes(each))
    guards = {
      entity: entity.name,
      systemOnly: all.some(({ systemOnly }) => systemOnly),
      rows: checkOf(found),
      image: checkOf(made),
    }
    known.set(operation, guards)
  }
  return guards
}

function checkOf(operations: readonly OperationSpec[]): RulePredicate | undefined {
  const checks = operations.flatMap(({ rowLevelCheck }) => rowLevelCheck ?? [])
  return checks.length === 0 ? undefined : allOf(checks)
}

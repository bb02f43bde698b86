// The terms that random rules are made of.
import type { Atom, Truth } from './expression.ts'
import { isGhost, rowOf, type Cell, type EntityName, type World } from './world.ts'

type Maybe = Cell | undefined
type Operator = '=' | '!=' | '<' | '>='

const OPERATORS: readonly Operator[] = ['=', '!=', '<', '>=']

/** No rule looks at a json field. */
function isPlain(value: Maybe): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

function compare(left: Maybe, operator: Operator, right: Maybe): Truth {
  if (!isPlain(left) || !isPlain(right)) return null
  switch (operator) {
    case '=':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '>=':
      return left >= right
  }
}

const own = (field: string, claim: string, operator: Operator): Atom => ({
  text: `${field} ${operator} $user.${claim}`,
  test: (row, _, { claims }) => compare(row[field], operator, claims[claim]),
})

const level = (operator: Operator, bound: number): Atom => ({
  text: `level ${operator} ${bound}`,
  test: (row) => compare(row['level'], operator, bound),
})

const isNull = (field: string): Atom => ({
  text: `${field} IS NULL`,
  test: (row) => row[field] === null,
})

const missing = (claim: string): Atom => ({
  text: `$user.${claim} IS MISSING`,
  test: (_, __, { claims }) => claims[claim] === undefined,
})

/** Over a relation to one; without the related row the term is unknown. */
const across = (relation: string, key: string, to: EntityName, bound: number): Atom => ({
  text: `${relation}.level >= ${bound}`,
  test: (row, world) => compare(rowOf(world, to, row[key])?.['level'], '>=', bound),
})

const acrossClaim = (relation: string, key: string, to: EntityName, field: string): Atom => ({
  text: `${relation}.${field} = $user.${field === 'orgId' ? 'orgId' : 'id'}`,
  test: (row, world, { claims }) =>
    compare(rowOf(world, to, row[key])?.[field], '=', claims[field === 'orgId' ? 'orgId' : 'id']),
})

const some = (relation: string, from: EntityName, key: string, bound: number): Atom => ({
  text: `EXISTS(${relation} WHERE level < ${bound})`,
  test: (row, world) =>
    world[from].some(
      (child) => child[key] === row['id'] && compare(child['level'], '<', bound) === true,
    ),
})

/** A subselect that is false rather than unknown on no match, as no id is NULL. */
const among = (field: string, bound: number): Atom => ({
  text: `${field} IN (SELECT id FROM Org WHERE level >= ${bound})`,
  test: (row, world) => {
    const found = world.Org.filter((org) => compare(org['level'], '>=', bound) === true)
    if (found.length === 0) return false
    const value = row[field]
    if (value === null || value === undefined) return null
    return found.some((org) => org['id'] === value)
  },
})

const LEVELS = OPERATORS.flatMap((operator) => [level(operator, 1), level(operator, 2)])
const CLAIMED = OPERATORS.map((operator) => own('level', 'level', operator))
const COMMON = [...LEVELS, ...CLAIMED, isNull('level'), missing('level'), missing('orgId')]

export const ATOMS: Readonly<Record<EntityName, readonly Atom[]>> = {
  Org: [...COMMON, own('id', 'orgId', '='), own('id', 'orgId', '!=')],
  Person: [
    ...COMMON,
    own('id', 'id', '='),
    own('orgId', 'orgId', '='),
    across('org', 'orgId', 'Org', 1),
    some('docs', 'Doc', 'ownerId', 2),
  ],
  Doc: [
    ...COMMON,
    own('ownerId', 'id', '='),
    own('ownerId', 'id', '!='),
    own('orgId', 'orgId', '='),
    isNull('ownerId'),
    isNull('parentId'),
    across('parent', 'parentId', 'Doc', 1),
    acrossClaim('owner', 'ownerId', 'Person', 'orgId'),
    some('notes', 'Note', 'docId', 2),
    some('children', 'Doc', 'parentId', 1),
    among('orgId', 1),
  ],
  Note: [
    ...COMMON,
    own('authorId', 'id', '='),
    across('doc', 'docId', 'Doc', 1),
    acrossClaim('doc', 'docId', 'Doc', 'ownerId'),
    acrossClaim('author', 'authorId', 'Person', 'orgId'),
  ],
}

/** What subselects over Org answer of the rows that can be named, and whether they answer at all. */
export function foundOrgs({ Org }: World): readonly unknown[] {
  const found = Org.filter((org) => compare(org['level'], '>=', 1) === true)
  return [found.length > 0, found.filter((org) => !isGhost(org)).map((org) => org['id'])]
}

// Pairs of worlds that differ only in what one caller may not see, and the check that they do.
import fc from 'fast-check'
import { ATOMS, foundOrgs } from './atoms.ts'
import { evaluateExpression } from './expression.ts'
import { shownFields, type Rule } from './rules.ts'
import {
  ENTITIES,
  FREE,
  GHOSTS,
  isFreeKey,
  isGhost,
  KEYS,
  METAS,
  PAIR,
  rowOf,
  SHELVES,
  WORDS,
  type Caller,
  type Cell,
  type EntityName,
  type PlainRow,
  type World,
} from './world.ts'

export const IDS: Readonly<Record<EntityName, readonly string[]>> = {
  Org: ['o1', 'o2'],
  Person: ['u1', 'u2', 'u3'],
  Doc: ['d1', 'd2', 'd3', 'd4'],
  Note: ['n1', 'n2', 'n3', 'n4'],
}

const level = fc.constantFrom(null, 0, 1, 2, 3)
/** The last is as much as an integer can hold. */
const amount = fc.constantFrom(null, 0, 1, 2, 3, 2_147_483_647)
const meta = fc.constantFrom(null, ...METAS)
const word = fc.constantFrom(null, ...WORDS)
const some = (ids: readonly string[]): fc.Arbitrary<Cell> => fc.constantFrom(null, ...ids)

function rowArbitrary(entity: EntityName, n: number): fc.Arbitrary<PlainRow> {
  const id = IDS[entity][n] ?? ''
  const base = { id: fc.constant(id), level, title: word }
  switch (entity) {
    case 'Org':
      return fc.record(base)
    case 'Person':
      return fc.record({
        ...base,
        orgId: some(IDS.Org),
        role: fc.constantFrom('user', 'moderator'),
        hash: word,
      })
    case 'Doc':
      return fc.record({
        ...base,
        ownerId: some(IDS.Person),
        orgId: some(IDS.Org),
        // Only earlier ones: no cycles, and rows can be stored in their order.
        parentId: some(IDS.Doc.slice(0, n)),
        editorId: some(IDS.Person),
        pin: word,
        amount,
        meta,
        code: fc.constantFrom(null, `code-${id}`),
      })
    case 'Note':
      return fc.record({
        ...base,
        docId: fc.constantFrom(...IDS.Doc),
        authorId: some(IDS.Person),
        repliesTo: some(IDS.Note.slice(0, n)),
        code: fc.constantFrom(null, `code-${id}`),
        // Two rows of one shelf have no place in common; rows of two may.
        shelf: fc.constant(SHELVES[n % 2] ?? null),
        place: fc.constantFrom(null, n < 2 ? 1 : 2, n < 2 ? 1 : 2),
      })
  }
}

const rows = (entity: EntityName): fc.Arbitrary<readonly PlainRow[]> =>
  fc.tuple(...IDS[entity].map((_, n) => rowArbitrary(entity, n)))

export const worlds: fc.Arbitrary<World> = fc.record({
  Org: rows('Org'),
  Person: rows('Person'),
  Doc: rows('Doc'),
  Note: rows('Note'),
})

export const callers: fc.Arbitrary<Caller> = fc
  .tuple(
    fc.constantFrom('user', 'moderator'),
    fc.constantFrom(undefined, ...IDS.Org),
    fc.constantFrom(undefined, 0, 1, 2),
  )
  .map(([role, orgId, bound]) => ({
    role,
    claims: {
      id: 'u1',
      ...(orgId === undefined ? {} : { orgId }),
      ...(bound === undefined ? {} : { level: bound }),
    },
  }))

/** What the second world is made of: other values for what is hidden, and rows of its own. */
export interface Other {
  readonly world: World
  readonly ghosts: readonly EntityName[]
  /** What its own rows refer to, beside each other. */
  readonly attached: readonly Attachment[]
  readonly level: Cell
}

export interface Attachment {
  readonly ghost: EntityName
  readonly field: string
  readonly id: string
}

const ATTACHMENTS = ENTITIES.flatMap((ghost) =>
  Object.entries(KEYS[ghost]).flatMap(([field, to]) =>
    isFreeKey(ghost, field) ? [] : IDS[to].map((id): Attachment => ({ ghost, field, id })),
  ),
)

export const others: fc.Arbitrary<Other> = fc.record({
  world: worlds,
  ghosts: fc.subarray([...ENTITIES], { minLength: 2 }),
  attached: fc.subarray(ATTACHMENTS, { minLength: 2, maxLength: 8 }),
  level,
})

/** A world that takes from the other what the caller may not notice. */
export function hiddenChanges(
  world: World,
  other: Other,
  rules: readonly Rule[],
  caller: Caller,
): World {
  const known = facts(world, rules, caller)
  let changed = world
  const offer = (next: World): void => {
    if (facts(next, rules, caller) === known) changed = next
  }
  for (const name of other.ghosts) offer(withGhost(changed, name, other.level))
  for (const { ghost, field, id } of other.attached)
    offer(withCells(changed, ghost, GHOSTS[ghost], { [field]: id }))
  for (const name of ENTITIES)
    for (const [n, row] of world[name].entries()) {
      const shown = shownFields(rules, name, row, world, caller) ?? []
      const source = other.world[name][n] ?? row
      const hidden = FREE[name].filter((field) => !shown.includes(field))
      const free = Object.fromEntries(hidden.map((field) => [field, source[field] ?? null]))
      offer(withCells(changed, name, row['id'], free))
      if (isLoose(world, name, row, rules, caller))
        offer(withCells(changed, name, row['id'], { level: source['level'] ?? null }))
    }
  offer({ ...changed, [PAIR.entity]: changed[PAIR.entity].map(elsewhere) })
  return changed
}

/** At another place, and together with the same rows. */
function elsewhere(row: PlainRow): PlainRow {
  const place = row[PAIR.hidden]
  return typeof place === 'number' ? { ...row, [PAIR.hidden]: place + 2 } : row
}

function withCells(world: World, name: EntityName, id: Cell | undefined, cells: PlainRow): World {
  const after = world[name].map((row) => (row['id'] === id ? { ...row, ...cells } : row))
  return { ...world, [name]: after }
}

/** Whether rows that both worlds have are referred to in one of them only. */
export function hasAttached([one, two]: readonly [World, World]): boolean {
  return ENTITIES.some((name) =>
    two[name].some((row, n) =>
      Object.entries(KEYS[name]).some(([field, to]) =>
        isGhost(row)
          ? row[field] !== null && row[field] !== GHOSTS[to]
          : row[field] !== one[name][n]?.[field],
      ),
    ),
  )
}

function withGhost(world: World, name: EntityName, bound: Cell): World {
  const id = GHOSTS[name]
  if (rowOf(world, name, id) !== undefined) return world
  const blank = Object.fromEntries(Object.keys(world[name][0] ?? {}).map((field) => [field, null]))
  const ghost = { ...blank, id, level: bound, title: 'a' }
  switch (name) {
    case 'Person':
      return { ...world, Person: [...world.Person, { ...ghost, role: 'user' }] }
    case 'Note':
      return {
        ...withGhost(world, 'Doc', bound),
        Note: [...world.Note, { ...ghost, docId: GHOSTS.Doc }],
      }
    default:
      return { ...world, [name]: [...world[name], ghost] }
  }
}

/** Hidden, and no rule over a row that the caller sees can come by it from above. */
function isLoose(
  world: World,
  name: EntityName,
  row: PlainRow,
  rules: readonly Rule[],
  caller: Caller,
): boolean {
  if (row['id'] === caller.claims['id']) return false
  if (shownFields(rules, name, row, world, caller) !== undefined) return false
  return Object.entries(KEYS[name]).every(([field, to]) => {
    const target = rowOf(world, to, row[field])
    return target === undefined || shownFields(rules, to, target, world, caller) === undefined
  })
}

/**
 * All that the caller may learn of a world, as text: what he sees, what rules decide about it, and what
 * constraints tell by design (docs/spec/access.md, ACC-39): which keys are taken, which rows referred to.
 */
export function facts(world: World, rules: readonly Rule[], caller: Caller): string {
  const said: unknown[] = [foundOrgs(world), taken(world, rules, caller)]
  for (const name of ENTITIES)
    for (const row of world[name]) {
      const fields = shownFields(rules, name, row, world, caller)
      if (isGhost(row)) {
        if (fields !== undefined) said.push('a ghost shows', row)
        continue
      }
      const told = Object.keys(KEYS[name]).filter((field) => !isFreeKey(name, field))
      const keys = ['id', 'code', ...told, ...(name === PAIR.entity ? [PAIR.open] : [])].map(
        (field) => row[field] ?? null,
      )
      const bound = told.some((field) => row[field] !== null)
      const decided =
        fields === undefined && !bound
          ? []
          : ATOMS[name].map((atom) =>
              evaluateExpression({ kind: 'atom', atom }, row, world, caller),
            )
      said.push(
        name,
        keys,
        fields?.map((field) => [field, row[field] ?? null]),
        decided,
      )
    }
  return JSON.stringify(said)
}

/** Which rows could meet in one key: by the values themselves where the caller may send them. */
function taken(world: World, rules: readonly Rule[], { role }: Caller): unknown {
  const { entity, hidden } = PAIR
  const writes = rules.filter(
    (rule) => rule.entity === entity && (rule.verb === 'create' || rule.verb === 'update'),
  )
  const isGranted = writes.some(
    ({ effect, role: roles, fields }) =>
      effect === 'grant' &&
      (roles === undefined || roles.includes(role)) &&
      (fields === undefined || fields.includes(hidden)),
  )
  const isSealed = writes.some(
    ({ effect, fields }) => effect === 'deny' && fields?.includes(hidden),
  )
  const places = world[entity].filter((row) => !isGhost(row)).map((row) => row[hidden] ?? null)
  if (isGranted && !isSealed) return places
  return places.map((place) => (place === null ? null : places.indexOf(place)))
}

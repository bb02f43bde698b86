// roles.yaml: a ladder (lowest first) or a graph (`inherits`), and the claims a principal may carry.
import type { Problems } from '../diagnostic/problems.ts'
import { suggestHint } from '../diagnostic/suggest.ts'
import type { Claim, RoleLadder } from '../model/model.ts'
import type { SpecDocument } from '../source/parse-documents.ts'
import {
  childOf,
  entriesOf,
  itemsOf,
  stringOf,
  stringsOf,
  type SpecNode,
} from '../source/spec-node.ts'
import { findFieldType } from '../values/field-type.ts'

const DEFAULT_ROLES: readonly string[] = ['public', 'user', 'moderator', 'admin', 'god', 'supergod']

/** Keys of a grant, beside which `<role>: true` stands. */
const RESERVED: readonly string[] = [
  'system',
  'self',
  'role',
  'min_level',
  'row_level',
  'row_level_filter',
  'fields',
  'writable_fields',
  'check',
  'set',
  'effect',
  'cascade',
]

interface Role {
  readonly name: string
  readonly at: SpecNode
  /** Absent in a ladder: the role before it. */
  readonly inherits?: readonly { readonly value: string; readonly node: SpecNode }[]
}

export function readRoles(documents: readonly SpecDocument[], problems: Problems): RoleLadder {
  const [node, ...more] = documents.flatMap(({ root }) => childOf(root, 'roles') ?? [])
  for (const second of more)
    problems.error('duplicate-role', second.range, 'the roles are declared elsewhere already')
  const roles = uniqueRoles(node === undefined ? [] : rolesOf(node), problems)
  if (roles.length === 0) return ladder(DEFAULT_ROLES)
  if (roles.every((role) => role.inherits === undefined)) {
    const names = roles.map((role) => role.name)
    const fixed = roles.find((role, step) => role.name === 'public' && step > 0)
    if (fixed !== undefined)
      problems.error('reserved-role', fixed.at.range, '`public` is the lowest role: it comes first')
    return ladder(names.includes('public') ? names : ['public', ...names])
  }
  return graph(roles, problems)
}

function rolesOf(node: SpecNode): Role[] {
  if (node.kind === 'list')
    return itemsOf(node).flatMap((item) => {
      const at = childOf(item, 'name') ?? item
      const name = stringOf(at)
      const inherits = childOf(item, 'inherits')
      if (name === undefined) return []
      return [{ name, at, ...(inherits === undefined ? {} : { inherits: stringsOf(inherits) }) }]
    })
  return entriesOf(node).map(({ key, keyRange, node: value }) => ({
    name: key,
    at: { kind: 'scalar', value: key, text: key, range: keyRange, start: 0, end: 0 },
    inherits: stringsOf(childOf(value, 'inherits')),
  }))
}

function uniqueRoles(roles: readonly Role[], problems: Problems): Role[] {
  const seen = new Map<string, Role>()
  for (const role of roles) {
    if (RESERVED.includes(role.name))
      problems.error(
        'reserved-role',
        role.at.range,
        role.name === 'system'
          ? '`system` is no role: it is the trusted caller in the same process'
          : `a role cannot be called \`${role.name}\`: it is a key of an acl`,
      )
    else if (seen.has(role.name))
      problems.error('duplicate-role', role.at.range, `the role \`${role.name}\` stands twice`)
    else seen.set(role.name, role)
  }
  return [...seen.values()]
}

function ladder(names: readonly string[]): RoleLadder {
  return { names, above: new Map(names.map((name, step) => [name, names.slice(step)])) }
}

function graph(roles: readonly Role[], problems: Problems): RoleLadder {
  const declared = new Map(roles.map((role) => [role.name, role]))
  const names = declared.has('public') ? [...declared.keys()] : ['public', ...declared.keys()]
  for (const role of roles)
    for (const { value, node } of role.inherits ?? [])
      if (!names.includes(value))
        problems.error(
          'unknown-role',
          node.range,
          `there is no role \`${value}\``,
          suggestHint(value, names),
        )
  const reported = new Set<string>()
  for (const role of roles) {
    const cycle = reported.has(role.name) ? undefined : findCycle(role, declared)
    for (const name of cycle ?? []) reported.add(name)
    if (cycle !== undefined)
      problems.error(
        'role-cycle',
        role.at.range,
        `\`${role.name}\` inherits itself: ${cycle.join(' → ')}`,
      )
  }
  const below = new Map(names.map((name) => [name, reach(name, declared)]))
  const above = new Map(
    names.map((name) => {
      // Everybody has at least what the public has.
      const higher = names.filter(
        (other) => name === 'public' || other === name || below.get(other)?.has(name) === true,
      )
      return [name, higher]
    }),
  )
  return { names, above }
}

function reach(name: string, declared: ReadonlyMap<string, Role>): ReadonlySet<string> {
  const reached = new Set<string>()
  const queue = [name]
  for (let next = queue.pop(); next !== undefined; next = queue.pop())
    for (const { value } of declared.get(next)?.inherits ?? [])
      if (!reached.has(value)) {
        reached.add(value)
        queue.push(value)
      }
  return reached
}

function findCycle(role: Role, declared: ReadonlyMap<string, Role>): string[] | undefined {
  const walk = (name: string, path: readonly string[]): string[] | undefined => {
    for (const { value } of declared.get(name)?.inherits ?? []) {
      if (value === role.name) return [...path, value]
      if (path.includes(value)) continue
      const found = walk(value, [...path, value])
      if (found !== undefined) return found
    }
    return undefined
  }
  return walk(role.name, [role.name])
}

/** `claims: { tenantId: uuid, groups: [string] }`. */
export function readClaims(documents: readonly SpecDocument[]): Claim[] {
  return documents.flatMap(({ root }) =>
    entriesOf(childOf(root, 'claims')).flatMap(({ key, node }) => {
      const list = node.kind === 'list'
      const word = stringOf(list ? node.items[0] : node)
      if (word === undefined) return []
      return [{ name: key, type: findFieldType(word) ?? 'string', list }]
    }),
  )
}

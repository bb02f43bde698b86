// Which entity is the user, and what a principal may claim.
import type { Problems } from '../diagnostic/problems.ts'
import { suggestHint } from '../diagnostic/suggest.ts'
import type { Claim, RoleLadder } from '../model/model.ts'
import { camelCase } from '../naming/camel-case.ts'
import { booleanOf, childOf, itemsOf, stringOf } from '../source/spec-node.ts'
import { areComparable } from '../values/field-type.ts'
import type { Workspace } from './workspace.ts'
import type { DraftEntity } from './draft.ts'

export function findPrincipal(
  workspace: Workspace,
  roles: RoleLadder,
  problems: Problems,
): DraftEntity | undefined {
  const marked = [...workspace.entities.values()].filter(
    ({ node }) => booleanOf(childOf(node, 'principal')) === true,
  )
  for (const second of marked.slice(1))
    problems.error(
      'second-principal',
      childOf(second.node, 'principal')?.range ?? second.at,
      `\`${marked[0]?.name ?? ''}\` is the user entity already`,
      'one entity has `principal: true`',
    )
  const found = marked[0] ?? workspace.entities.get('User') ?? byRoleField(workspace, roles)
  if (found !== undefined) found.principal = true
  return found
}

function byRoleField(workspace: Workspace, roles: RoleLadder): DraftEntity | undefined {
  const fitting = [...workspace.entities.values()].filter((entity) => {
    const values = entity.fields.get('role')?.spec.values ?? []
    return values.length > 0 && values.every((value) => roles.names.includes(value))
  })
  return fitting.length === 1 ? fitting[0] : undefined
}

/** `id`, `role`, `roles`, the user entity's fields, and what roles.yaml declares, which wins. */
export function buildClaims(
  declared: readonly Claim[],
  principal: DraftEntity | undefined,
): ReadonlyMap<string, Claim> {
  const hidden = itemsOf(childOf(childOf(principal?.node, 'security'), 'never_expose')).map(
    (item) => camelCase(stringOf(item) ?? ''),
  )
  const key = principal?.primaryKey[0]
  const id = principal?.fields.get(key ?? 'id')?.spec.type ?? 'string'
  const claims = new Map<string, Claim>()
  const add = (claim: Claim): void => void claims.set(claim.name, claim)
  add({ name: 'id', type: id, list: false })
  for (const field of principal?.fields.values() ?? [])
    if (!hidden.includes(field.spec.name))
      add({ name: field.spec.name, type: field.spec.type, list: false })
  add({ name: 'role', type: 'string', list: false })
  add({ name: 'roles', type: 'string', list: true })
  for (const claim of declared) add(claim)
  return claims
}

/** A default `{ user: <claim> }` names a claim whose values fit the field. */
export function checkClaimDefaults(
  entity: DraftEntity,
  claims: ReadonlyMap<string, Claim>,
  problems: Problems,
): void {
  for (const field of entity.fields.values()) {
    const { spec, node, typed } = field
    if (spec.default?.kind !== 'user') continue
    const at = childOf(childOf(node, 'default'), 'user')?.range ?? field.at
    const claim = claims.get(spec.default.claim)
    if (claim === undefined)
      problems.error(
        'unknown-claim',
        at,
        `there is no claim \`${spec.default.claim}\``,
        suggestHint(spec.default.claim, claims.keys()),
      )
    else if (typed && (claim.list || !areComparable(claim.type, spec.type)))
      problems.error(
        'bad-default',
        at,
        `the claim \`${claim.name}\` is ${claim.list ? 'a list' : claim.type}, \`${spec.column}\` is ${spec.type}`,
      )
  }
}

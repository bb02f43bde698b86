// `allowed(relation, 'read')` asks the rules of another entity, which may ask in turn. A circle has no answer.
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { Problems } from '../diagnostic/problems.ts'
import type { AccessRule } from '../model/rule.ts'
import type { EntityShape } from '../predicate/entity-shape.ts'
import { partsOf } from '../predicate/map-predicate.ts'
import type { RulePredicate } from '../predicate/predicate.ts'

/** `Page read`: the rules of one action of one entity. */
interface Question {
  readonly entity: string
  readonly action: string
}

interface Ask {
  readonly rule: AccessRule
  readonly asked: Question
}

type Entities = ReadonlyMap<string, EntityShape>

/** One error for each circle, at the rule that closes it. */
export function checkAllowedCycles(
  rules: readonly AccessRule[],
  entities: Entities,
): readonly Diagnostic[] {
  const problems = new Problems()
  const asks = collectAsks(rules, entities)
  const done = new Set<string>()
  const walk = (question: Question, path: readonly Question[]): void => {
    const key = keyOf(question)
    for (const { rule, asked } of asks.get(key) ?? []) {
      const start = path.findIndex((step) => keyOf(step) === keyOf(asked))
      if (start !== -1) report([...path.slice(start), asked], rule, problems)
      else if (!done.has(keyOf(asked))) walk(asked, [...path, asked])
    }
    done.add(key)
  }
  for (const entity of entities.keys())
    for (const action of ['read', 'list', 'create', 'update', 'delete'])
      if (!done.has(keyOf({ entity, action }))) walk({ entity, action }, [{ entity, action }])
  return problems.sorted()
}

function report(circle: readonly Question[], rule: AccessRule, problems: Problems): void {
  const steps = circle.map(({ entity, action }) => `\`${entity}\` ${action}`)
  problems.error(
    'allowed-cycle',
    rule.source,
    `\`allowed\` goes in a circle: ${steps.join(' asks ')}`,
    'say on one side what the row itself must satisfy',
  )
}

function collectAsks(
  rules: readonly AccessRule[],
  entities: Entities,
): ReadonlyMap<string, readonly Ask[]> {
  const asks = new Map<string, Ask[]>()
  for (const rule of rules)
    for (const entity of rule.entity === '*' ? entities.values() : [entities.get(rule.entity)])
      for (const action of rule.actions)
        for (const predicate of [rule.where, rule.check]) {
          if (entity === undefined || predicate === undefined) continue
          const key = keyOf({ entity: entity.name, action })
          const found = questionsOf(predicate, entity, entities)
          const list = asks.get(key) ?? []
          asks.set(key, [...list, ...found.map((asked) => ({ rule, asked }))])
        }
  return asks
}

/** What a predicate asks, wherever it stands in it; EXISTS and SELECT change the row in scope. */
function questionsOf(
  node: RulePredicate,
  entity: EntityShape,
  entities: Entities,
): readonly Question[] {
  const target = (relation: string): EntityShape | undefined =>
    entities.get(entity.relations.get(relation)?.target ?? '')
  if (node.kind === 'allowed') {
    const asked = target(node.relation)
    return asked === undefined ? [] : [{ entity: asked.name, action: node.action }]
  }
  const scope =
    node.kind === 'exists'
      ? target(node.relation)
      : node.kind === 'inSelect'
        ? entities.get(node.entity)
        : entity
  if (scope === undefined) return []
  return partsOf(node).flatMap((part) => questionsOf(part, scope, entities))
}

function keyOf({ entity, action }: Question): string {
  return `${entity} ${action}`
}

// Predicates in the text of a spec: read against the model, their problems pointed at inside the scalar they stand in.
import type { Problems } from '../diagnostic/problems.ts'
import type { Claim } from '../model/model.ts'
import type { InputSpec } from '../model/operation-spec.ts'
import { checkPredicate } from '../predicate/check-predicate.ts'
import type { EntityShape } from '../predicate/entity-shape.ts'
import type { RulePredicate } from '../predicate/predicate.ts'
import type { SourceTexts } from '../source/source-text.ts'
import type { SpecNode } from '../source/spec-node.ts'
import type { Workspace } from './workspace.ts'
import { fieldMap, type DraftEntity } from './draft.ts'

export interface PredicateUse {
  /** Inputs, by camelCase name, that `$input.<name>` may name; without them it may not stand there. */
  readonly inputs?: ReadonlyMap<string, InputSpec['type']>
  /** Constraints and partial indexes: the row alone, nobody who asks. */
  readonly rowOnly?: boolean
}

export class PredicateReader {
  readonly #shapes: ReadonlyMap<string, EntityShape>
  readonly #claims: ReadonlyMap<string, Claim>
  readonly #texts: SourceTexts
  readonly #problems: Problems

  constructor(
    workspace: Workspace,
    claims: ReadonlyMap<string, Claim>,
    texts: SourceTexts,
    problems: Problems,
  ) {
    this.#shapes = new Map([...workspace.entities].map(([name, entity]) => [name, shapeOf(entity)]))
    this.#claims = claims
    this.#texts = texts
    this.#problems = problems
  }

  /** The predicate, or nothing where there is no text or its problems were reported. */
  read(
    node: SpecNode | undefined,
    entity: DraftEntity,
    use: PredicateUse,
  ): RulePredicate | undefined {
    if (node?.kind !== 'scalar' || typeof node.value !== 'string') return undefined
    const { predicate, problems } = checkPredicate(node.value, {
      entity: shapeOf(entity),
      entities: this.#shapes,
      claims: use.rowOnly === true ? new Map() : this.#claims,
      ...(use.inputs === undefined ? {} : { inputs: use.inputs, allowInput: true }),
      ...(use.rowOnly === undefined ? {} : { rowOnly: use.rowOnly }),
    })
    for (const { code, message, hint, offset, length } of problems)
      this.#problems.error(code, this.#texts.rangeInside(node, offset, length), message, hint)
    return predicate
  }
}

export function shapeOf(entity: DraftEntity): EntityShape {
  const untyped = [...entity.fields.values()].flatMap(({ typed, spec }) =>
    typed ? [] : [spec.name],
  )
  return {
    name: entity.name,
    fields: fieldMap(entity),
    relations: entity.relations,
    ...(untyped.length === 0 ? {} : { untyped: new Set(untyped) }),
  }
}

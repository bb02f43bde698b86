// The code that a contract asks for: handlers of its own operations, and validation rules.
import { findRuleFamily, type Model } from '@proj/dbal-schema'
import type { Property } from '../types/declarations.ts'
import { entityScope, type EntityScope } from '../types/entity-scope.ts'
import { resultValue } from '../types/field-types.ts'
import { outputText, ownOperations } from '../types/operation-declarations.ts'
import { operationInputName } from '../types/operation-inputs.ts'
import { objectText } from '../types/type-text.ts'
import { hasStandardHandler } from './standard-handlers.ts'

/** Properties of `Handlers`, by `Entity.operation` in the spec's spelling. */
export function handlerProperties(model: Model): Property[] {
  return [...model.entities.values()].flatMap((entity) => {
    const scope = entityScope(model, entity)
    return ownOperations(scope)
      .filter(({ builtIn }) => builtIn === undefined)
      .map((operation) => ({
        name: `${entity.name}.${operation.name}`,
        type: handlerType(scope, operation),
        optional: hasStandardHandler(entity, operation),
        doc: { text: operation.description },
      }))
  })
}

type Operation = ReturnType<typeof ownOperations>[number]

function handlerType(scope: EntityScope, operation: Operation): string {
  const { output } = operation
  const answer = output.kind === 'entity' ? `types.${outputText(operation)}` : outputText(operation)
  const where = `types.${scope.name('Unique')} | types.${scope.name('System')}['unique']`
  const secrets = [...new Set([...scope.entity.primaryKey, ...operation.reads])].flatMap((name) => {
    const field = scope.entity.fields.get(name)
    return field === undefined ? [] : [{ name, type: secretType(field, scope) }]
  })
  const input = `types.${operationInputName(operation, scope)}`
  return `dbal.TypedHandler<Client, SystemClient, ${input}, ${answer}, ${where}, ${objectText(secrets)}>`
}

function secretType(field: Parameters<typeof resultValue>[0], scope: EntityScope): string {
  const value = resultValue(field, scope)
  const text = field.type === 'enum' ? `types.${value}` : value
  return field.nullable ? `${text} | null` : text
}

/** Properties of `Rules`: those without a built-in meaning. */
export function ruleProperties(model: Model): Property[] {
  const names = new Set<string>()
  for (const entity of model.entities.values()) {
    for (const name of entity.customConstraints ?? []) names.add(name)
    for (const { validation } of entity.operations.values()) {
      for (const { rule } of validation) {
        const builtIn = rule === 'no_role_escalation' || findRuleFamily(entity, rule) !== undefined
        if (!builtIn) names.add(rule)
      }
    }
  }
  return [...names].sort().map((name) => ({
    name,
    type: 'dbal.TypedRule<Client, SystemClient>',
  }))
}

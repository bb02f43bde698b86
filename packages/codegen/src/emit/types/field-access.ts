// What the model says about who sees and sends a field, as far as types can tell.
import { isRequiredOnCreate } from '@proj/dbal-contract'
import type { Entity, Field, Model } from '@proj/dbal-schema'
import { rulesOf } from '@proj/dbal-schema/model'

/** Fields that no result holds are left out; those that some callers do not get may be missing. */
export interface FieldAccess {
  readonly shown: readonly Field[]
  readonly hidden: readonly Field[]
  isAlwaysShown(field: Field): boolean
  /** What a caller may send when a row is made, and whether he must. */
  readonly creatable: readonly Field[]
  isRequiredToCreate(field: Field): boolean
  readonly updatable: readonly Field[]
  isRequiredToUpdate(field: Field): boolean
  /** What only the system principal may send. */
  readonly systemCreatable: readonly Field[]
  readonly systemUpdatable: readonly Field[]
}

export function fieldAccess(model: Model, entity: Entity): FieldAccess {
  const fields = [...entity.fields.values()]
  const hiddenNames = new Set(entity.security.neverExpose)
  const masked = maskedFields(model, entity)
  const preset = presetFields(model, entity)
  const requiredBy = (operation: string): ReadonlySet<string> =>
    new Set(
      entity.operations
        .get(operation)
        ?.input.flatMap(({ field, required }) => (required && field !== undefined ? [field] : [])),
    )
  const onCreate = requiredBy('create')
  const onUpdate = requiredBy('update')
  const filled = (field: Field): boolean => field.generated || field.autoUpdate
  const changeable = fields.filter(
    (field) => !entity.primaryKey.includes(field.name) && !field.immutable,
  )
  return {
    shown: fields.filter((field) => !hiddenNames.has(field.name)),
    hidden: fields.filter((field) => hiddenNames.has(field.name)),
    isAlwaysShown: (field) => !field.sensitive && !masked.has(field.name),
    creatable: fields.filter((field) => !filled(field)),
    // A preset is refused when it is sent, so it cannot be asked for.
    isRequiredToCreate: (field) =>
      !preset.has(field.name) && (isRequiredOnCreate(field) || onCreate.has(field.name)),
    updatable: changeable.filter((field) => !filled(field)),
    isRequiredToUpdate: (field) => onUpdate.has(field.name),
    systemCreatable: fields.filter(filled),
    systemUpdatable: changeable.filter(filled),
  }
}

/** A rule lets some readers see some fields only: the others' key is missing from their rows. */
function maskedFields(model: Model, entity: Entity): ReadonlySet<string> {
  const masked = new Set<string>()
  for (const rule of rulesOf(model, entity)) {
    const read = rule.fields?.read
    const reads = rule.actions.some((action) => action === 'read' || action === 'list')
    if (read === undefined || !reads || rule.system === true) continue
    const named = new Set(read)
    for (const name of entity.fields.keys()) {
      if (named.has(name) === (rule.effect === 'deny')) masked.add(name)
    }
  }
  return masked
}

function presetFields(model: Model, entity: Entity): ReadonlySet<string> {
  return new Set(
    rulesOf(model, entity)
      .filter((rule) => rule.actions.includes('create'))
      .flatMap((rule) => (rule.set ?? []).map((preset) => preset.field)),
  )
}

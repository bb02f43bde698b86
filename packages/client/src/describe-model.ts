import type { JsonValue, Model } from '@proj/dbal-schema'
import { modelToJson } from '@proj/dbal-schema/model'
import { createPrincipal, type Auth } from './principal/create-principal.ts'

/**
 * What of a contract one principal may know. Its `hash` is the whole contract's. Throws VALIDATION_ERROR for
 * claims that are none.
 */
export async function describeModel(model: Model, auth: Auth | undefined): Promise<JsonValue> {
  const principal = createPrincipal(auth)
  const { visibleModel } = await import('./visible-model.ts')
  return modelToJson(visibleModel(model, principal))
}

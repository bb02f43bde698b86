import { modelFromJson, type JsonValue, type Model } from '@proj/dbal-schema/model'

/**
 * A Model that is read from its JSON text when it is first looked at: importing a generated client
 * costs nothing. Throws TypeError then, when the text is of another version.
 */
export function lazyModel(text: () => string): Model {
  let parsed: Model | undefined
  const load = (): Model => (parsed ??= modelFromJson(JSON.parse(text()) as JsonValue))
  return {
    get entities() {
      return load().entities
    },
    get accessors() {
      return load().accessors
    },
    get roles() {
      return load().roles
    },
    get claims() {
      return load().claims
    },
    get rules() {
      return load().rules
    },
    get errors() {
      return load().errors
    },
    get capabilities() {
      return load().capabilities
    },
    get seeds() {
      return load().seeds
    },
    get hash() {
      return load().hash
    },
  }
}

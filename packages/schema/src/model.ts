// The door for whoever has a Model already: nothing of it reads a file or compiles a spec, so that it runs
// in a browser and loads in no time.
export { suggest } from './diagnostic/suggest.ts'
export { ERROR_CATALOGUE, type KnownErrorCode } from './model/error-catalogue.ts'
export { modelFromJson } from './model/model-json.ts'
export { findRuleFamily, type RuleFamily } from './model/rule-family.ts'
export type { Entity } from './model/entity.ts'
export type { JsonValue } from './model/json-value.ts'
export type { Model } from './model/model.ts'

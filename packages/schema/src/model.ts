// The door for what runs on a compiled model. Nothing behind it reads YAML or judges a spec, so that a
// program which has its model already loads none of that.
export { suggest } from './diagnostic/suggest.ts'
export { ERROR_CATALOGUE } from './model/error-catalogue.ts'
export { getEntity } from './model/find-entity.ts'
export { modelFromJson, modelToJson } from './model/model-json.ts'
export { findRuleFamily } from './model/rule-family.ts'
export { isPrototypeName } from './naming/prototype-name.ts'
export { allOf, anyOf, negate } from './predicate/logic.ts'
export { mapPredicate, operandsOf, partsOf, visitPredicate } from './predicate/map-predicate.ts'
export { printPredicate } from './predicate/print-predicate.ts'
export { simplifyPredicate } from './predicate/simplify-predicate.ts'

export {
  compileWorkspace,
  type CompileOptions,
  type LoadResult,
} from './build/compile-workspace.ts'
export { compareModels } from './compare/compare-models.ts'
export type { ChangeLevel, ModelChange } from './compare/model-change.ts'
export type { Diagnostic, SourceRange } from './diagnostic/diagnostic.ts'
export { formatDiagnostics, type FormatOptions } from './diagnostic/format-diagnostics.ts'
export { suggest } from './diagnostic/suggest.ts'
export { loadWorkspace } from './load-workspace.ts'
export type { Constraint, Entity, EntitySecurity, Index, TreeShape } from './model/entity.ts'
export type {
  Field,
  FieldDefault,
  FieldType,
  ForeignKey,
  ReferentialAction,
} from './model/field.ts'
export { findEntity, getEntity } from './model/find-entity.ts'
export type { JsonValue } from './model/json-value.ts'
export { modelFromJson, modelToJson } from './model/model-json.ts'
export type {
  AdapterCapabilitySpec,
  Claim,
  ErrorCatalogue,
  ErrorSpec,
  Model,
  RetryStrategy,
  RoleLadder,
  Seed,
} from './model/model.ts'
export type {
  BuiltIn,
  InputSpec,
  OperationSpec,
  OutputSpec,
  RateLimit,
} from './model/operation-spec.ts'
export type { Relation } from './model/relation.ts'
export { findRuleFamily, type RuleFamily } from './model/rule-family.ts'
export type { AccessRule, Action, FieldRule, Preset } from './model/rule.ts'
export { camelCase, pascalCase, snakeCase } from './naming/camel-case.ts'
export { findCalledEntity, findCalledOperation } from './model/find-called.ts'
export { ERROR_CATALOGUE, type KnownErrorCode } from './model/error-catalogue.ts'
export { isName } from './naming/is-name.ts'
export { isPrototypeName } from './naming/prototype-name.ts'
export { checkPredicate, type PredicateScope } from './predicate/check-predicate.ts'
export type { EntityShape } from './predicate/entity-shape.ts'
export { allOf, anyOf, negate } from './predicate/logic.ts'
export {
  mapPredicate,
  operandsOf,
  partsOf,
  visitPredicate,
  type PredicateMapper,
  type PredicateVisitor,
} from './predicate/map-predicate.ts'
export type { PredicateProblem } from './predicate/predicate-problem.ts'
export type {
  BeforeOperand,
  CompareOp,
  FieldOperand,
  JsonPathOperand,
  LiteralOperand,
  MatchOp,
  NowOperand,
  ParamOperand,
  Predicate,
  QueryOperand,
  QueryPredicate,
  ReferenceOperand,
  RelationCountOperand,
  RuleOperand,
  RulePredicate,
} from './predicate/predicate.ts'
export { printPredicate } from './predicate/print-predicate.ts'
export { simplifyPredicate } from './predicate/simplify-predicate.ts'
export {
  readDocuments,
  type DocumentsResult,
  type LocatedDocument,
} from './source/read-documents.ts'
export type { SourceFile } from './source/source-file.ts'
export type { PlainMap, PlainValue, SpecPath } from './source/spec-node.ts'
export type { DocumentKind } from './structure/check-structure.ts'

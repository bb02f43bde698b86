// Documents against the JSON Schemas of the format, which are the one place that says which keys there are and what
// shape each has. What keys mean together is checked by build/.
import type { ValidateFunction } from 'ajv'
import type { Problems } from '../diagnostic/problems.ts'
import { loadAjv, loadSchemaFile } from '../load-libraries.ts'
import { plainValue, type SpecNode } from '../source/spec-node.ts'
import { reportError } from './report-error.ts'

/** The schemas this package ships: `schemas/<kind>.schema.json`. */
export type DocumentKind =
  | 'entity'
  | 'operations'
  | 'policies'
  | 'roles'
  | 'errors'
  | 'capabilities'
  | 'seeds'
  | 'conformance'
  | 'policy-cases'
  | 'config'
  | 'api-keys'

const validators = new Map<DocumentKind, ValidateFunction>()

export function checkStructure(kind: DocumentKind, root: SpecNode, problems: Problems): void {
  const validate = validatorOf(kind)
  if (validate(plainValue(root))) return
  for (const error of validate.errors ?? []) reportError(error, root, problems)
}

function validatorOf(kind: DocumentKind): ValidateFunction {
  const known = validators.get(kind)
  if (known !== undefined) return known
  const Ajv = loadAjv()
  // verbose: an error carries the schema it comes from, whose title says what kind of thing is wrong.
  // The schemas are ours and held against the meta-schema by a test, not at every start.
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: false,
    ownProperties: true,
    meta: false,
    validateSchema: false,
    // Compiling takes a fifth of the time so, and documents are small.
    inlineRefs: false,
    code: { optimize: false },
  })
  const validate = ajv.compile(loadSchemaFile(kind))
  validators.set(kind, validate)
  return validate
}

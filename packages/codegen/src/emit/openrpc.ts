// An OpenRPC 1.3.2 document of every operation, with the schemas of JSON Schema as its components. The error
// numbers are the contract's `rpcErrorCode`; name and HTTP status stand in an error's `data`.
import { rpcErrorCode } from '@proj/dbal-contract'
import type { Entity, ErrorSpec, Model, OperationSpec } from '@proj/dbal-schema'
import type { EmittedFile } from '../generated-file.ts'
import { MARK } from '../header.ts'
import { exampleInput } from './example/operation-example.ts'
import { exampleResult } from './example/operation-result.ts'
import { operationErrors } from './operation-errors.ts'
import { operationSummary } from './operation-summary.ts'
import { stableJson } from './stable-json.ts'
import { operationInput, operationOutput } from './wire-schema/operation-schemas.ts'
import { querySchemas } from './wire-schema/query-schemas.ts'
import { resultSchemas, rowSchema } from './wire-schema/result-schemas.ts'
import type { SchemaPlace } from './wire-schema/schema-place.ts'
import { sharedSchemas } from './wire-schema/shared-schemas.ts'
import { writeSchemas } from './wire-schema/write-schemas.ts'

type Json = Readonly<Record<string, unknown>>

export interface OpenRpcOptions {
  readonly title?: string
  /** Of the API; by default 1.0.0 with the model's hash as build metadata. */
  readonly version?: string
}

const SCHEMAS = '#/components/schemas/'

const PLACE: SchemaPlace = {
  entity: (name, definition) =>
    `${SCHEMAS}${definition === undefined ? name : `${name}.${definition}`}`,
  field: (entity, field) => `${SCHEMAS}${entity}/properties/${field}`,
  shared: (name) => `${SCHEMAS}${name}`,
}

export function emitOpenRpc(model: Model, options: OpenRpcOptions = {}): readonly EmittedFile[] {
  const entities = [...model.entities.values()]
  const document = {
    openrpc: '1.3.2',
    'x-generated': MARK,
    info: {
      title: options.title ?? 'DBAL',
      version: options.version ?? `1.0.0+${model.hash.slice(0, 12)}`,
      description: DESCRIPTION,
    },
    methods: entities.flatMap((entity) =>
      [...entity.operations.values()].map((operation) => methodOf(entity, operation, model)),
    ),
    components: {
      schemas: schemasOf(entities, model),
      errors: Object.fromEntries([...model.errors.codes.values()].map((e) => [e.code, errorOf(e)])),
    },
  }
  return [{ path: 'openrpc.json', text: stableJson(document) }]
}

const DESCRIPTION = [
  'Every operation of every entity, subject to the access rules of whoever calls.',
  'Beside the errors of its own list a method may answer any error of `components.errors`.',
  "An error's number is its HTTP status and two digits; `data.code` is its name, which decides.",
].join(' ')

function methodOf(entity: Entity, operation: OperationSpec, model: Model): Json {
  const summary = operationSummary(entity, operation)
  const input = operationInput(entity, operation, PLACE)
  const example = exampleOf(entity, operation, model)
  return {
    name: `${entity.name}.${operation.name}`,
    ...(summary === undefined ? {} : { summary }),
    ...(entity.package === undefined ? {} : { tags: [{ name: entity.package }] }),
    paramStructure: 'by-name',
    params: paramsOf(input),
    result: { name: 'result', schema: operationOutput(entity, operation, PLACE) },
    errors: errorsOf(operation, model),
    ...(example === undefined ? {} : { examples: [example] }),
  }
}

/** Required ones first, as OpenRPC asks. What no caller may send is left out. */
function paramsOf(input: Json): readonly Json[] {
  const required = new Set((input['required'] as readonly string[] | undefined) ?? [])
  const open = Object.entries(input['properties'] as Json).filter(([, schema]) => schema !== false)
  const ordered = [
    ...open.filter(([name]) => required.has(name)),
    ...open.filter(([name]) => !required.has(name)),
  ]
  return ordered.map(([name, schema]) => ({ name, required: required.has(name), schema }))
}

function exampleOf(entity: Entity, operation: OperationSpec, model: Model): Json | undefined {
  const input = exampleInput(entity, operation)
  if (input === undefined) return undefined
  return {
    name: 'example',
    params: input.map(([name, { wire }]) => ({ name, value: wire })),
    result: { name: 'result', value: exampleResult(entity, operation, model) },
  }
}

/** An operation's own reason makes an error of its own; the others are shared. Numbers are unique in a list. */
function errorsOf(operation: OperationSpec, model: Model): readonly Json[] {
  const listed = new Map<number, Json>()
  for (const { code, reason } of operationErrors(operation)) {
    const spec = model.errors.codes.get(code)
    if (spec === undefined) continue
    const number = rpcErrorCode(code, spec.httpStatus)
    if (listed.has(number)) continue
    const shared = { $ref: `#/components/errors/${code}` }
    listed.set(number, reason === undefined ? shared : errorOf(spec, reason))
  }
  return [...listed.values()]
}

function errorOf({ code, httpStatus, message }: ErrorSpec, reason?: string): Json {
  const details = reason === undefined ? {} : { details: { reason } }
  return {
    code: rpcErrorCode(code, httpStatus),
    message,
    data: { code, httpStatus, ...details },
  }
}

function schemasOf(entities: readonly Entity[], model: Model): Json {
  const schemas: Record<string, unknown> = { ...sharedSchemas() }
  for (const entity of entities) {
    schemas[entity.name] = rowSchema(entity, model)
    const definitions = {
      ...resultSchemas(entity, PLACE),
      ...querySchemas(entity, model, PLACE),
      ...writeSchemas(entity, model.entities, PLACE),
    }
    for (const [name, schema] of Object.entries(definitions))
      schemas[`${entity.name}.${name}`] = schema
  }
  return schemas
}

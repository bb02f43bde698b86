// Untrusted input to canonical values: one ajv validator for each operation and audience, compiled on
// first use. Values themselves are judged by the contract's `canonicalValue`, through a keyword.
import {
  inputSchema,
  invalid,
  type FieldError,
  type InputSchemaForm,
  type JsonSchema,
} from '@proj/dbal-contract'
import type { PrincipalAccess } from '@proj/dbal-policy'
import type { Entity, Field, InputSpec, OperationSpec } from '@proj/dbal-schema'
import { byModel } from '@proj/dbal-schema/model'
import type { Ajv, ValidateFunction } from 'ajv'
import { relax } from '../query/filter-value.ts'
import { copyInput } from './copy-input.ts'
import { explainErrors } from './explain-errors.ts'
import { PlainRows } from './plain-rows.ts'
import { valueKeywords } from './value-keywords.ts'

type Validators = Map<OperationSpec, ValidateFunction>

export class InputValidator {
  #ajv: Ajv | undefined
  readonly #validators: Readonly<Record<'system' | 'caller', Validators>> = {
    system: new Map(),
    caller: new Map(),
  }
  readonly #rows: Readonly<Record<'system' | 'caller', Map<OperationSpec, PlainRows>>> = {
    system: new Map(),
    caller: new Map(),
  }

  /** Loads ajv; nothing else is heavy. */
  async prepare(): Promise<void> {
    if (this.#ajv !== undefined) return
    const { Ajv, _ } = await import('ajv')
    const ajv = new Ajv({
      allErrors: true,
      strict: false,
      validateFormats: false,
      ownProperties: true,
      // An error then knows its schema, where hints come from.
      verbose: true,
    })
    for (const keyword of valueKeywords(_)) ajv.addKeyword(keyword)
    this.#ajv = ajv
  }

  /**
   * The input with canonical values; what was given is left as it is, and belongs to the call (take-input.ts).
   * Throws VALIDATION_ERROR that lists every field.
   */
  validate(
    entity: Entity,
    operation: OperationSpec,
    input: unknown,
    access: PrincipalAccess,
  ): Record<string, unknown> {
    const plain = this.#plainRows(entity, operation, access.system)?.read(input)
    if (plain !== undefined) return plain
    const errors: FieldError[] = []
    const copy = copyInput(input, entity, operation, errors)
    const validator = this.#validator(entity, operation, access.system)
    if (!validator(copy)) {
      errors.push(...explainErrors(validator.errors ?? [], entity, access))
    }
    if (errors.length > 0) throw invalid(errors)
    return copy
  }

  #plainRows(entity: Entity, operation: OperationSpec, system: boolean): PlainRows | undefined {
    if (operation.builtIn !== 'create_many') return undefined
    const known = this.#rows[system ? 'system' : 'caller']
    let rows = known.get(operation)
    if (rows === undefined) {
      rows = new PlainRows(entity, system)
      known.set(operation, rows)
    }
    return rows
  }

  #validator(entity: Entity, operation: OperationSpec, system: boolean): ValidateFunction {
    const validators = this.#validators[system ? 'system' : 'caller']
    let validator = validators.get(operation)
    if (validator === undefined) {
      if (this.#ajv === undefined) throw new Error('prepare() was not awaited')
      const schema = inputSchema(entity, operation, appForm(entity, operation, system))
      validator = this.#ajv.compile(schema as object)
      validators.set(operation, validator)
    }
    return validator
  }
}

/** Clients of a model share what was compiled. */
export const validatorOf = byModel(() => new InputValidator())

function appForm(entity: Entity, { builtIn }: OperationSpec, system: boolean): InputSchemaForm {
  return {
    system,
    field: (field) => ({ dbalValue: field }),
    // What built-in operations look for is judged where the query is made; a handler gets it as it is.
    key: (field) => builtIn !== undefined || handlerInput(entity, field),
    input: inputValue,
    filter: () => true,
    sort: () => true,
    include: () => true,
    relationWrite: () => true,
  }
}

/** An input that stands for a field, without the bounds on what is stored. */
function handlerInput({ uniques }: Entity, field: Field): JsonSchema {
  const namesRow = field.foreignKey !== undefined || uniques.some((key) => key.includes(field.name))
  const free = { ...relax(field), nullable: field.nullable }
  return namesRow ? { dbalKey: free } : { dbalValue: free }
}

const SCALARS: ReadonlySet<string> = new Set(['list', 'object', 'json'])

function inputValue(input: InputSpec): JsonSchema {
  if (input.type === 'list') return { type: 'array' }
  if (input.type === 'object') return { type: 'object' }
  if (SCALARS.has(input.type)) return true
  return { dbalValue: fieldOf(input) }
}

/** An input of an operation judged as a field of its type would be, without bounds. */
function fieldOf(input: InputSpec): Field {
  const nullable = input.nullable === true
  const field = relax({
    name: input.name,
    column: input.key,
    type: input.type as Field['type'],
    primary: false,
    generated: false,
    required: input.required,
    nullable,
    unique: false,
    immutable: false,
    sensitive: input.sensitive,
    autoUpdate: false,
  })
  return { ...field, nullable }
}

// Names and types of the domain: every struct and enum gets its name once, before any text is written.
import type { Entity, Field, FieldType, Model } from '@proj/dbal-schema'
import { NameScope } from './cpp-names.ts'
import { HELPERS } from './cpp-prelude.ts'

export type CppRole = 'row' | 'create' | 'update' | 'key' | 'where'

export class CppDomain {
  readonly model: Model
  readonly #scope = new NameScope(HELPERS)
  readonly #structs = new Map<string, string>()
  readonly #enums = new Map<Field, string>()

  constructor(model: Model) {
    this.model = model
    // Entities first: theirs are the names that a spec gives.
    for (const { name } of model.entities.values()) this.#name(name, 'row', [name])
    for (const entity of model.entities.values()) {
      for (const role of ['create', 'update', 'key', 'where'] as const) {
        this.#name(entity.name, role, [entity.name, role])
      }
      for (const field of entity.fields.values()) {
        if (field.type !== 'enum') continue
        this.#enums.set(field, this.#scope.take([entity.name, field.name], 'pascal'))
      }
    }
  }

  #name(entity: string, role: CppRole, parts: readonly string[]): void {
    this.#structs.set(`${entity}/${role}`, this.#scope.take(parts, 'pascal'))
  }

  struct(entity: string, role: CppRole): string {
    return this.#structs.get(`${entity}/${role}`) ?? 'Json'
  }

  /** A name for the input of an operation. */
  input(entity: Entity, operation: string): string {
    return this.#scope.take([entity.name, operation, 'Input'], 'pascal')
  }

  enumOf(field: Field): string | undefined {
    return this.#enums.get(field)
  }

  /** The type of a value that is there. */
  type(field: Field): string {
    return this.enumOf(field) ?? SCALARS[field.type]
  }
}

export const SCALARS: Readonly<Record<FieldType, string>> = {
  uuid: 'std::string',
  cuid: 'std::string',
  string: 'std::string',
  text: 'std::string',
  email: 'std::string',
  url: 'std::string',
  enum: 'std::string',
  integer: 'std::int32_t',
  bigint: 'std::int64_t',
  float: 'double',
  decimal: 'Decimal',
  boolean: 'bool',
  datetime: 'Timestamp',
  date: 'Date',
  time: 'Time',
  json: 'Json',
  bytes: 'Bytes',
}

export function optional(type: string): string {
  return `std::optional<${type}>`
}

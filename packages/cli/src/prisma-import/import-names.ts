// What models, columns and relations are called in the contract. A field is named by its column, an
// entity in PascalCase; where two would be one, the later makes way.
import { camelCase, isName, pascalCase } from '@proj/dbal-schema'
import { isColumn, type Datamodel, type DmmfField, type DmmfModel } from './dmmf.ts'
import type { Remarks } from './remarks.ts'

export class ImportNames {
  readonly #entities = new Map<string, string>()
  readonly #takenEntities = new Set<string>()
  readonly #keys = new Map<DmmfField, string>()
  /** By model: fields and relations in camelCase. */
  readonly #members = new Map<string, Set<string>>()

  constructor(models: Datamodel['models'], remarks: Remarks) {
    for (const { name } of models) this.#entities.set(name, this.claimEntity(name))
    for (const model of models) this.#nameFields(model, remarks)
  }

  entity(model: string): string {
    return this.#entities.get(model) ?? pascalCase(model)
  }

  /** The key under `fields:`, which is the column. */
  key(field: DmmfField): string {
    return this.#keys.get(field) ?? field.name
  }

  /** A free entity name, in PascalCase. */
  claimEntity(wanted: string): string {
    const plain = pascalCase(wanted).replace(/^[^A-Z]+/, '') || 'Model'
    const name = firstFree(plain, (each) => this.#takenEntities.has(each.toLowerCase()))
    this.#takenEntities.add(name.toLowerCase())
    return name
  }

  /** A free name for a relation of the model: the first wanted one, or that with a number. */
  claimMember(model: string, ...wanted: readonly string[]): string {
    const taken = this.#members.get(model) ?? new Set()
    const free = wanted.find((name) => !taken.has(camelCase(name)))
    const name = free ?? firstFree(wanted[0] ?? 'row', (each) => taken.has(camelCase(each)))
    taken.add(camelCase(name))
    this.#members.set(model, taken)
    return name
  }

  #nameFields(model: DmmfModel, remarks: Remarks): void {
    const members = new Set<string>()
    for (const field of model.fields.filter(isColumn)) {
      const column = field.dbName ?? field.name
      const subject = `${model.name}.${field.name}`
      const fits = isName(column) && !members.has(camelCase(column))
      const key = fits ? column : firstFree(field.name, (name) => members.has(camelCase(name)))
      if (!fits)
        remarks.add('the column cannot keep its name and is called as the field is', subject)
      else if (camelCase(key) !== camelCase(field.name))
        remarks.add('called as the column is', `${subject} (${camelCase(key)})`)
      members.add(camelCase(key))
      this.#keys.set(field, key)
    }
    this.#members.set(model.name, members)
  }
}

function firstFree(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name
  for (let n = 2; ; n += 1) if (!isTaken(`${name}${n}`)) return `${name}${n}`
}

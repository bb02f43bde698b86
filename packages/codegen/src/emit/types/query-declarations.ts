// What callers ask with: filters, sorts, selections, keys, aggregates.
import type { Field } from '@proj/dbal-schema'
import type { StatementStructures } from 'ts-morph'
import { declareInterface, declareType, type Property } from './declarations.ts'
import type { EntityScope } from './entity-scope.ts'
import { filterType, inputType, inputValue, isNumeric, isSearchable } from './field-types.ts'
import { relationType } from './write-declarations.ts'
import { objectText, union } from './type-text.ts'

export function queryDeclarations(scope: EntityScope): StatementStructures[] {
  const { entity, name } = scope
  const visible = entity.uniques.filter((key) => !hasHidden(key, scope))
  return [
    filterDeclaration(scope),
    declareType(name('Sort'), `dbal.Sort<${name('Types')}['sort']>`),
    declareType(name('Select'), `dbal.Select<${name('Types')}>`),
    declareType(name('Include'), `dbal.Include<${name('Types')}>`),
    declareType(name('Unique'), uniqueText(visible, scope)),
    ...(scope.relations.length === 0
      ? []
      : [
          declareInterface(
            name('Relations'),
            scope.relations.map((relation) => ({
              name: relation.name,
              type: relationType(relation, scope),
            })),
          ),
        ]),
    aggregateDeclaration(scope),
    systemDeclaration(scope),
  ]
}

function hasHidden(key: readonly string[], { access }: EntityScope): boolean {
  return access.hidden.some((field) => key.includes(field.name))
}

function uniqueText(keys: readonly (readonly string[])[], scope: EntityScope): string {
  return keys.length === 0 ? 'never' : keys.map((key) => keyText(key, scope)).join(' | ')
}

/** `{ memberId: string; isbn: string }`. */
export function keyText(key: readonly string[], scope: EntityScope): string {
  return objectText(
    key.flatMap((each) => {
      const field = scope.entity.fields.get(each)
      return field === undefined ? [] : [{ name: each, type: inputValue(field, scope) }]
    }),
  )
}

const LOGIC = ['AND', 'OR', 'NOT']

function filterDeclaration(scope: EntityScope): StatementStructures {
  const { access, entity, name, names } = scope
  const own: Property[] = [
    ...access.shown.map((field) => filterProperty(field, scope)),
    ...scope.relations.map((relation) => ({
      name: relation.name,
      type: `dbal.To${relation.cardinality === 'many' ? 'Many' : 'One'}Filter<${names.of(relation.target, 'Filter')}>`,
      optional: true,
    })),
  ]
  // A field or relation called AND takes the word for itself.
  const taken = (word: string): boolean => entity.fields.has(word) || entity.relations.has(word)
  const self = name('Filter')
  if (!LOGIC.some(taken)) {
    return declareInterface(self, own, { extends: [`dbal.LogicFilter<${self}>`] })
  }
  const logic = LOGIC.filter((word) => !taken(word)).map((word) => ({
    name: word,
    type: `${self} | readonly ${self}[]`,
    optional: true,
  }))
  return declareInterface(self, [...own, ...logic])
}

function filterProperty(field: Field, scope: EntityScope): Property {
  return { name: field.name, type: filterType(field, scope), optional: true }
}

const RANGELESS: ReadonlySet<Field['type']> = new Set(['boolean', 'json', 'bytes'])

function aggregateDeclaration(scope: EntityScope): StatementStructures {
  const { access, name } = scope
  const named = (fields: readonly Field[]): string => union(fields.map((field) => field.name))
  const numbers = access.shown.filter(isNumeric)
  const sum = (type: Field['type']): string =>
    type === 'bigint' ? 'bigint' : type === 'decimal' ? 'string' : 'number'
  const average = (type: Field['type']): string => (type === 'decimal' ? 'string' : 'number')
  const results = (type: (of: Field['type']) => string): string =>
    objectText(numbers.map((field) => ({ name: field.name, type: type(field.type) })))
  return declareInterface(name('Aggregate'), [
    { name: 'group', type: `${name('Types')}['sort']` },
    { name: 'range', type: named(access.shown.filter(({ type }) => !RANGELESS.has(type))) },
    { name: 'sum', type: results(sum) },
    { name: 'avg', type: results(average) },
  ])
}

/** What the trusted process may send beside everybody else's inputs. */
function systemDeclaration(scope: EntityScope): StatementStructures {
  const { access, entity, name } = scope
  const data = (fields: readonly Field[]): string =>
    objectText(
      fields.map((field) => ({ name: field.name, type: inputType(field, scope), optional: true })),
    )
  const keys = entity.uniques.filter((key) => hasHidden(key, scope))
  return declareInterface(name('System'), [
    { name: 'create', type: data(access.systemCreatable) },
    { name: 'update', type: data(access.systemUpdatable) },
    {
      name: 'filter',
      type: objectText(access.hidden.map((field) => filterProperty(field, scope))),
    },
    { name: 'unique', type: uniqueText(keys, scope) },
  ])
}

/** Every type but json has an order. */
export function sortNames({ access }: EntityScope): string {
  return union(access.shown.filter(({ type }) => type !== 'json').map((field) => field.name))
}

export function searchNames({ access }: EntityScope): string {
  return union(access.shown.filter(isSearchable).map((field) => field.name))
}

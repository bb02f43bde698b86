// The sentences of steps. Tables and columns by their physical names: that is what a person sees there.
import type {
  CheckShape,
  ColumnShape,
  ForeignKeyShape,
  IndexShape,
  TableShape,
} from '../shape/schema-shape.ts'

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}

export function tableWords({ name, indexes }: TableShape): string {
  return indexes.size === 0
    ? `create table ${name}`
    : `create table ${name} with ${count(indexes.size, 'index', 'indexes')}`
}

export function indexWords({ name, unique, columns }: IndexShape, table: string): string {
  return `${unique ? 'unique index' : 'index'} ${name} on ${table} (${columns.join(', ')})`
}

export function checkWords(table: string, before?: CheckShape, after?: CheckShape): string {
  const verb = after === undefined ? 'drop' : before === undefined ? 'add' : 'change'
  return `${verb} check ${(after ?? before)?.name ?? ''} of ${table}`
}

/** What an enum may be: `values of users.role: add guest, remove god`. */
export function limitWords(
  column: string,
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): string {
  if (after === undefined) return `no longer limit ${column} to its values`
  if (before === undefined) return `limit ${column} to ${after.join(', ')}`
  const added = after.filter((value) => !before.includes(value))
  const removed = before.filter((value) => !after.includes(value))
  const words = [
    ...(added.length === 0 ? [] : [`add ${added.join(', ')}`]),
    ...(removed.length === 0 ? [] : [`remove ${removed.join(', ')}`]),
  ]
  return `values of ${column}: ${words.length === 0 ? 'another order' : words.join(', ')}`
}

export function foreignKeyWords(
  table: string,
  before?: ForeignKeyShape,
  after?: ForeignKeyShape,
): string {
  const verb = after === undefined ? 'drop' : before === undefined ? 'add' : 'change'
  const key = after ?? before
  const target = key === undefined ? '' : `${key.target.table}.${key.target.column}`
  return `${verb} foreign key ${table}.${key?.column ?? ''} to ${target}`
}

/** What changed of a column: `type integer to bigint, required, default 0`. */
export function alterationWords(before: ColumnShape, after: ColumnShape): string {
  const words: string[] = []
  if (before.name !== after.name) words.push(`name to ${after.name}`)
  if (before.type !== after.type || before.form !== after.form) {
    const [from, to] = typeWords(before, after)
    words.push(`type ${from} to ${to}`)
  }
  if (before.required !== after.required) words.push(after.required ? 'required' : 'optional')
  if (before.fallback !== after.fallback)
    words.push(after.fallback === undefined ? 'no default' : `default ${after.fallback}`)
  return words.join(', ')
}

function typeWords(before: ColumnShape, after: ColumnShape): readonly [string, string] {
  const [from, to] = [before.field.type, after.field.type]
  if (from === to && before.form !== after.form) return [before.form, after.form]
  return from === to ? [plain(before.type), plain(after.type)] : [from, to]
}

function plain(type: string): string {
  return type.replace(/ (?:CHARACTER SET|COLLATE) .*$/, '').toLowerCase()
}

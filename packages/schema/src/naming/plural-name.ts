import { loadPluralize } from '../load-libraries.ts'
import { camelCase, snakeCase } from './camel-case.ts'

/** The accessor of an entity without `plural`: `IRCChannel` → `ircChannels`. */
export function accessorName(entity: string): string {
  return loadPluralize().plural(camelCase(entity))
}

/** The table of an entity without `table`: `ComponentNode` → `component_nodes`. */
export function tableName(entity: string): string {
  return loadPluralize().plural(snakeCase(entity))
}

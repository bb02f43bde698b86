// The libraries that only loading needs, loaded at first use: a program that embeds its model pays for none of them.
import { createRequire } from 'node:module'
import type { Ajv } from 'ajv'
import type pluralize from 'pluralize'
import type * as recheck from 'recheck'
import type * as yaml from 'yaml'

const require = createRequire(import.meta.url)

let yamlModule: typeof yaml | undefined
let pluralizeModule: typeof pluralize | undefined

export function loadYaml(): typeof yaml {
  return (yamlModule ??= require('yaml') as typeof yaml)
}

export function loadPluralize(): typeof pluralize {
  return (pluralizeModule ??= require('pluralize') as typeof pluralize)
}

export function loadAjv(): typeof Ajv {
  return (require('ajv') as { Ajv: typeof Ajv }).Ajv
}

/** The build in plain JavaScript: the default entry starts a worker thread, or a native program, for each check. */
export function loadRecheck(): Pick<typeof recheck, 'checkSync'> {
  return require('recheck/lib/browser.js') as Pick<typeof recheck, 'checkSync'>
}

/** A JSON file of this package; sources and dist are equally deep in it. */
export function loadSchemaFile(name: string): object {
  return require(`../schemas/${name}.schema.json`) as object
}

// A schema.prisma through Prisma's own compiler, which is loaded for this command only.
import { createRequire } from 'node:module'
import { UsageError } from '../command-failure.ts'
import type { Datamodel } from './dmmf.ts'

export interface ParsedSchema {
  readonly datamodel: Datamodel
  readonly provider: string | undefined
  /** `url = env("DATABASE_URL")`: the name in it. */
  readonly urlVariable: string | undefined
  /** Models that are views: they are read only, so they are no entities. */
  readonly views: ReadonlySet<string>
  /** `Model.field` of each column that Prisma itself does not know; its description leaves them out. */
  readonly unsupported: readonly string[]
}

interface PrismaSchemaModule {
  get_dmmf(request: string): string
}

const DATASOURCE = /\bdatasource\s+\w+\s*\{[^}]*\}/

/** Throws UsageError with Prisma's message for a schema that is not valid. */
export function parsePrismaSchema(text: string, name: string): ParsedSchema {
  const source = DATASOURCE.exec(text)?.[0] ?? ''
  const provider = /\bprovider\s*=\s*"(\w+)"/.exec(source)?.[1]
  if (provider === 'mongodb' || provider === 'sqlserver')
    throw new UsageError(`${name} is a schema for ${provider}, which DBAL does not work with`)
  return {
    datamodel: compile(withoutUrls(text), name),
    provider,
    urlVariable: /\burl\s*=\s*env\(\s*"(\w+)"\s*\)/.exec(source)?.[1],
    views: new Set([...text.matchAll(/^\s*view\s+(\w+)\s*\{/gm)].map(([, view]) => view ?? '')),
    unsupported: findUnsupported(text),
  }
}

function findUnsupported(text: string): readonly string[] {
  const models = text.matchAll(/^\s*model\s+(\w+)\s*\{(.*?)^\s*\}/gms)
  return [...models].flatMap(([, model = '', body = '']) =>
    [...body.matchAll(/^\s*(\w+)\s+Unsupported\(/gm)].map(([, field = '']) => `${model}.${field}`),
  )
}

/** Prisma 7 refuses what 6 asked for. The lines stay, so that its messages name the right ones. */
function withoutUrls(text: string): string {
  return text.replace(DATASOURCE, (source) =>
    source.replaceAll(/^\s*(?:url|directUrl|shadowDatabaseUrl)\s*=.*$/gm, ''),
  )
}

function compile(text: string, name: string): Datamodel {
  const require = createRequire(import.meta.url)
  const prisma = require('@prisma/prisma-schema-wasm') as PrismaSchemaModule
  const request = JSON.stringify({ prismaSchema: [[name, text]], noColor: true })
  try {
    const { datamodel } = JSON.parse(prisma.get_dmmf(request)) as {
      datamodel: Omit<Datamodel, 'indexes'> & Partial<Datamodel>
    }
    return { ...datamodel, indexes: datamodel.indexes ?? [] }
  } catch (error) {
    throw new UsageError(`${name} is not a valid Prisma schema:\n${messageOf(error)}`)
  }
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  try {
    return (JSON.parse(text) as { readonly message: string }).message.trim()
  } catch {
    return text
  }
}

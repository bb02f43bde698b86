// A schema.prisma through Prisma's own compiler, which is loaded for this command only.
import { createRequire } from 'node:module'
import { UsageError } from '../command-failure.ts'
import type { Datamodel } from './dmmf.ts'
import { findUnreadParts, type UnreadParts } from './find-unread-parts.ts'

export interface ParsedSchema {
  readonly datamodel: Datamodel
  readonly provider: string | undefined
  /** `url = env("DATABASE_URL")`: the name in it. */
  readonly urlVariable: string | undefined
  /** Models that are views: they are read only, so they are no entities. */
  readonly views: ReadonlySet<string>
  /** What its description of a schema leaves out. */
  readonly unread: UnreadParts
}

interface PrismaSchemaModule {
  get_dmmf(request: string): string
}

const DATASOURCE = /\bdatasource\s+\w+\s*\{[^}]*\}/

/** One file of a schema. */
export interface PrismaFile {
  readonly name: string
  readonly text: string
}

/** Throws UsageError with Prisma's message for a schema that is not valid; `name` is what the user called it. */
export function parsePrismaSchema(files: readonly PrismaFile[], name: string): ParsedSchema {
  const text = files.map((file) => file.text).join('\n')
  const source = DATASOURCE.exec(text)?.[0] ?? ''
  const provider = /\bprovider\s*=\s*"(\w+)"/.exec(source)?.[1]
  if (provider === 'mongodb' || provider === 'sqlserver')
    throw new UsageError(`${name} is a schema for ${provider}, which DBAL does not work with`)
  return {
    datamodel: compile(files, name),
    provider,
    urlVariable: /\burl\s*=\s*env\(\s*"(\w+)"\s*\)/.exec(source)?.[1],
    views: new Set([...text.matchAll(/^\s*view\s+(\w+)\s*\{/gm)].map(([, view]) => view ?? '')),
    unread: findUnreadParts(text),
  }
}

/** Prisma 7 refuses what 6 asked for. The lines stay, so that its messages name the right ones. */
function withoutUrls(text: string): string {
  return text.replace(DATASOURCE, (source) =>
    source.replaceAll(/^\s*(?:url|directUrl|shadowDatabaseUrl)\s*=.*$/gm, ''),
  )
}

function compile(files: readonly PrismaFile[], name: string): Datamodel {
  const require = createRequire(import.meta.url)
  const prisma = require('@prisma/prisma-schema-wasm') as PrismaSchemaModule
  const request = JSON.stringify({
    prismaSchema: files.map((file) => [file.name, withoutUrls(file.text)]),
    noColor: true,
  })
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

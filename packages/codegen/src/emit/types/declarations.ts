// Short forms of ts-morph's structures.
import type {
  ExportDeclarationStructure,
  ImportDeclarationStructure,
  InterfaceDeclarationStructure,
  JSDocStructure,
  OptionalKind,
  PropertySignatureStructure,
  TypeAliasDeclarationStructure,
} from 'ts-morph'
import { loadTsMorph } from '../../heavy.ts'
import { docText, propertyName } from './type-text.ts'

export interface Property {
  readonly name: string
  readonly type: string
  readonly optional?: boolean
  readonly readonly?: boolean
  readonly doc?: Doc
}

export interface Doc {
  readonly text?: string | undefined
  readonly deprecated?: string | true | undefined
}

/** Library types are written `dbal.X`: a lower-case name that no entity can have. */
export function importDbal(): ImportDeclarationStructure {
  return importAll('dbal', '@proj/dbal')
}

export function importAll(name: string, module: string): ImportDeclarationStructure {
  const kind = loadTsMorph().StructureKind.ImportDeclaration
  return { kind, isTypeOnly: true, namespaceImport: name, moduleSpecifier: module }
}

export function exportAll(module: string): ExportDeclarationStructure {
  const kind = loadTsMorph().StructureKind.ExportDeclaration
  return { kind, isTypeOnly: true, moduleSpecifier: module }
}

export function declareInterface(
  name: string,
  properties: readonly Property[],
  more: { readonly extends?: readonly string[]; readonly doc?: Doc } = {},
): InterfaceDeclarationStructure {
  return {
    kind: loadTsMorph().StructureKind.Interface,
    name,
    isExported: true,
    docs: docs(more.doc),
    extends: [...(more.extends ?? [])],
    properties: properties.map(property),
  }
}

export function declareType(name: string, type: string, doc?: Doc): TypeAliasDeclarationStructure {
  return {
    kind: loadTsMorph().StructureKind.TypeAlias,
    name,
    type,
    isExported: true,
    docs: docs(doc),
  }
}

function property(given: Property): OptionalKind<PropertySignatureStructure> {
  return {
    name: propertyName(given.name),
    type: given.type,
    hasQuestionToken: given.optional === true,
    isReadonly: given.readonly === true,
    docs: docs(given.doc),
  }
}

function docs(doc: Doc | undefined): OptionalKind<JSDocStructure>[] {
  if (doc === undefined) return []
  const { text, deprecated } = doc
  const lines = text === undefined || text.trim() === '' ? [] : docText(text).split('\n')
  if (deprecated === true) lines.push('@deprecated')
  else if (deprecated !== undefined) lines.push(`@deprecated ${docText(deprecated)}`)
  if (lines.length === 0) return []
  return [{ description: lines.length === 1 ? (lines[0] ?? '') : `\n${lines.join('\n')}` }]
}

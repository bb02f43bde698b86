// Target `types`: types.ts, the declarations of every entity. What is generic is in @proj/dbal.
import type { Emitter } from '../generated-file.ts'
import { importDbal } from './types/declarations.ts'
import { entityScope } from './types/entity-scope.ts'
import { operationDeclarations } from './types/operation-declarations.ts'
import { printSource } from './types/print-source.ts'
import { queryDeclarations } from './types/query-declarations.ts'
import { rowDeclarations } from './types/row-declarations.ts'
import { typesDeclaration } from './types/types-declaration.ts'
import { writeDeclarations } from './types/write-declarations.ts'

export const emitTypes: Emitter = (model) => {
  const entities = [...model.entities.values()].flatMap((entity) => {
    const scope = entityScope(model, entity)
    return [
      ...rowDeclarations(scope),
      ...writeDeclarations(scope),
      ...queryDeclarations(scope),
      ...operationDeclarations(scope),
      typesDeclaration(scope),
    ]
  })
  // Nothing uses the import where there are no entities.
  const statements = entities.length === 0 ? [] : [importDbal(), ...entities]
  return [{ path: 'types.ts', text: printSource(model, statements) }]
}

// What is written to an entity with `scan_for_malicious` is looked at before it is stored, whoever
// writes it: code by the rules of its language, any other text as something that is shown.
import type { FieldFinding } from '@proj/dbal-sandbox'
import type { FieldType } from '@proj/dbal-schema'
import type { OperationContext } from '../operation/operation-context.ts'
import { dataParts, type Data } from '../write/data-parts.ts'
import { codeFieldOf, languageOf } from './script-entity.ts'

const TEXTS: ReadonlySet<FieldType> = new Set(['string', 'text', 'email', 'url', 'json'])

/** Throws MALICIOUS_CODE_DETECTED with the findings: field, rule and place, never the text. */
export async function scanInput(context: OperationContext, input: Data): Promise<void> {
  const { entity, operation, runtime } = context
  const parts = dataParts(operation, input)
  if (parts.length === 0) return
  const code = codeFieldOf(entity)
  await runtime.sandbox.demandClean(({ scanScript, scanValue }) => {
    const look = (name: string, value: unknown, data: Data): readonly FieldFinding[] => {
      const field = entity.fields.get(name)
      if (field === undefined || !TEXTS.has(field.type)) return []
      if (name !== code || typeof value !== 'string') return scanValue(value, name)
      const found = scanScript(languageOf(entity, data), value)
      return found.map((finding) => ({ field: name, ...finding }))
    }
    return parts.flatMap(([, data]) =>
      Object.entries(data).flatMap(([name, value]) => look(name, value, data)),
    )
  })
}

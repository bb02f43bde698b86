// One case on a store of its own: was it allowed, and was that expected?
import type { Auth } from '@proj/dbal'
import { isDBALError } from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'
import { describeError, openWorld, type CaseWorld } from './case-world.ts'
import type { PolicyCase } from './policy-case.ts'

/** Why the case fails, to be read after its name; undefined: it passes. It never rejects. */
export async function playCase(model: Model, said: PolicyCase): Promise<string | undefined> {
  let world: CaseWorld
  try {
    world = await openWorld(model, said)
  } catch (error) {
    return describeError(error)
  }
  const { client, entity, operation, input } = world
  try {
    const caller = client.as(authOf(said))
    const answer = await caller.call({ entity: entity.name, action: operation.name, input })
    return judgeAnswer(said, answer)
  } catch (error) {
    const refused = isDBALError(error) && REFUSALS.has(error.code)
    if (refused && said.expected === 'deny') return undefined
    return `${refused ? 'is refused' : 'fails'}: ${describeError(error)}`
  } finally {
    await client.close()
  }
}

export function authOf({ as, context }: PolicyCase): Auth {
  return {
    ...(as === undefined || as === null ? {} : { user: as }),
    ...(context === undefined ? {} : { context }),
  }
}

const REFUSALS: ReadonlySet<string> = new Set(['UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND'])

function judgeAnswer(said: PolicyCase, answer: unknown): string | undefined {
  const rows = rowsOf(answer)
  const touched = answer !== 0 && rows?.length !== 0
  if (touched && said.expected === 'deny') return 'is allowed'
  if (!touched && said.expected === 'allow') return 'touches no row, which is a refusal'
  const all = rows ?? [answer]
  const has = (row: unknown, field: string): boolean =>
    typeof row === 'object' && row !== null && Object.hasOwn(row, field)
  // Each of the rows shows what is shown, and none what is hidden.
  const missing = said.shown?.filter((field) => !all.every((row) => has(row, field))) ?? []
  const leaked = said.hidden?.filter((field) => all.some((row) => has(row, field))) ?? []
  if (missing.length > 0) return `does not show ${missing.join(', ')}`
  return leaked.length > 0 ? `shows ${leaked.join(', ')}` : undefined
}

/** Of a page or a list; undefined for an answer of another kind. */
function rowsOf(answer: unknown): readonly unknown[] | undefined {
  if (Array.isArray(answer)) return answer as readonly unknown[]
  const data: unknown = (answer as { readonly data?: unknown } | null)?.data
  return Array.isArray(data) ? data : undefined
}

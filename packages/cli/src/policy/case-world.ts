// The store of one case: its rows, put there by the system.
import { DBALClient } from '@proj/dbal'
import { openMemory } from '@proj/dbal-adapter-memory'
import { decodeInput, isDBALError, type Adapter } from '@proj/dbal-contract'
import {
  findCalledEntity,
  findCalledOperation,
  type Entity,
  type Model,
  type OperationSpec,
} from '@proj/dbal-schema'
import type { PolicyCase } from './policy-case.ts'

export interface CaseWorld {
  readonly adapter: Adapter
  readonly client: DBALClient
  readonly entity: Entity
  readonly operation: OperationSpec
  readonly input: Readonly<Record<string, unknown>>
}

/** Rejects with an Error that says what of the case does not fit the contract; nothing stays open. */
export async function openWorld(model: Model, said: PolicyCase): Promise<CaseWorld> {
  const entity = findCalledEntity(model, said.operation.entity)
  const operation = entity && findCalledOperation(entity, said.operation.action)
  if (entity === undefined || operation === undefined)
    throw new Error(`there is no ${said.operation.entity}.${said.operation.action}`)
  demandKnownNames(model, entity, said)
  const adapter = openMemory({ model })
  const client = new DBALClient({ schema: model, adapter, missingCode: 'defer' })
  try {
    for (const [name, rows] of Object.entries(said.given ?? {}))
      for (const row of rows) await storeRow(client, model, name, row)
  } catch (error) {
    await client.close()
    throw new Error(`cannot be set up: ${describeError(error)}`, { cause: error })
  }
  const input = decodeInput(model, entity, operation, said.operation.input ?? {})
  return { adapter, client, entity, operation, input }
}

/** A misspelt name would hide nothing and grant nothing, and the case would pass. */
function demandKnownNames(model: Model, { name, fields }: Entity, said: PolicyCase): void {
  const { shown = [], hidden = [], as } = said
  const unknown = [...shown, ...hidden].find((field) => !fields.has(field))
  if (unknown !== undefined) throw new Error(`${name} has no field ${unknown}`)
  if (said.expected === 'deny' && shown.length + hidden.length > 0)
    throw new Error('is to be denied, and names fields of an answer')
  const roles = [as?.['role'], ...(Array.isArray(as?.['roles']) ? (as['roles'] as unknown[]) : [])]
  for (const role of roles)
    if (role !== undefined && !model.roles.names.includes(String(role)))
      throw new Error(`there is no role ${String(role)}`)
}

async function storeRow(
  client: DBALClient,
  model: Model,
  name: string,
  row: Readonly<Record<string, unknown>>,
): Promise<void> {
  const entity = findCalledEntity(model, name)
  const create = entity?.operations.get('create')
  if (entity === undefined || create === undefined) throw new Error(`there is no entity ${name}`)
  const input = decodeInput(model, entity, create, row)
  await client.system().call({ entity: entity.name, action: 'create', input })
}

export function describeError(error: unknown): string {
  if (!isDBALError(error)) return error instanceof Error ? error.message : String(error)
  const { code, details } = error
  const fields = details?.fields?.map((each) => `${each.field} ${each.error}`).join(', ')
  return [code, details?.reason, fields].filter((part) => part !== undefined).join(': ')
}

import type { OperationSpec } from '@proj/dbal-schema'
import type { CallerFlags } from '../call/choose-caller.ts'
import { readJsonObject } from '../call/read-json.ts'
import { CommandFailed, UsageError } from '../command-failure.ts'
import {
  findDatabase,
  type DatabaseFlags,
  loadProjectConfig,
  type GlobalFlags,
  openProjectClient,
} from '@proj/dbal-daemon/project'
import { demandDatabaseFile } from '../project/database-file.ts'
import { loadCheckedModel } from '../project/load-checked-model.ts'
import { interruptible } from '../terminal/interruptible.ts'
import { withDatabase, type Register } from './context.ts'

type Flags = GlobalFlags & DatabaseFlags & CallerFlags

export const registerCall: Register = (program, terminal) => {
  withDatabase(program.command('call'))
    .description('run one operation and print its answer as JSON')
    .argument('<operation>', 'ENTITY.OPERATION, such as User.list or users.list')
    .argument('[input]', 'the input as JSON; - reads it from standard input')
    .option('--as <role[:id]>', 'who asks; system for the trusted caller (default: nobody)')
    .option('--claims <json>', 'more that rules may ask of the caller, such as {"tenantId": "…"}')
    .addHelpText(
      'after',
      `
The input is the flat form of client.call. Bigint and decimal are strings, bytes base64, datetimes ISO.
A refusal is printed as JSON too, and exits 1.

Examples:
  $ dbal call User.create '{"username": "ada", "email": "ada@example.com"}'
  $ dbal call User.list '{"filter": {"role": "admin"}, "limit": 3}' --as admin
  $ dbal call User.read '{"email": "ada@example.com"}' --as system --url file:other.db`,
    )
    .action(async (name: string, text: string | undefined, flags: Flags) => {
      const [entityName, action, ...rest] = name.split('.')
      if (!entityName || !action || rest.length > 0)
        throw new UsageError(`${name} is not ENTITY.OPERATION, such as User.list`)
      const input = text === undefined ? {} : await readJsonObject(text, 'input')
      const config = await loadProjectConfig(flags)
      const target = await findDatabase(config, flags)
      const model = await loadCheckedModel(config.workspace, terminal)
      const { chooseCaller } = await import('../call/choose-caller.ts')
      const { decodeInput, encodeResult, isDBALError } = await import('@proj/dbal-contract')
      demandDatabaseFile(target)
      const client = await openProjectClient(config, target, model)
      // An unknown name is left to the client, which says what was probably meant.
      const entity = model.entities.get(entityName) ?? model.accessors.get(entityName)
      const operation = findOperation(entity?.operations.values() ?? [], action)
      await interruptible(terminal, async (signal) => {
        try {
          const caller = await chooseCaller(client, model, flags, terminal)
          const decoded =
            entity === undefined || operation === undefined
              ? input
              : decodeInput(model, entity, operation, input)
          const request = { entity: entityName, action, input: decoded }
          const answer = await caller.call(request, { signal })
          if (entity === undefined || operation === undefined) return
          terminal.print(
            JSON.stringify(encodeResult(model, entity.name, operation, answer), null, 2),
          )
        } catch (error) {
          if (signal.aborted || !isDBALError(error)) throw error
          terminal.print(JSON.stringify(error, null, 2))
          throw new CommandFailed()
        } finally {
          await client.close()
        }
      })
    })
}

function findOperation(
  operations: Iterable<OperationSpec>,
  action: string,
): OperationSpec | undefined {
  const all = [...operations]
  return all.find(({ name }) => name === action) ?? all.find(({ method }) => method === action)
}

// `execute` of a stored script and `run` of a stored workflow. That the caller may, and that the row is
// one he may name, has been decided before a handler is called (OP-33).
import { DBALError, isDBALError } from '@proj/dbal-contract'
import type { Entity, Model, OperationSpec } from '@proj/dbal-schema'
import type { HandlerContext, OperationHandler } from '../config/client-config.ts'
import { runWorkflow } from './run-workflow.ts'
import { argumentOf, codeFieldOf, isWorkflow, keyInputOf, languageOf } from './script-entity.ts'
import { noSandbox, type ScriptSandbox } from './script-sandbox.ts'

type Row = Readonly<Record<string, unknown>>

/** The handler of an operation of an entity with `sandbox_required`; one that only refuses for a shape we do not know. */
export function sandboxHandler(
  model: Model,
  entity: Entity,
  operation: OperationSpec,
  sandbox: ScriptSandbox,
): OperationHandler {
  const key = keyInputOf(entity, operation)
  const code = codeFieldOf(entity)
  const argument = argumentOf(entity, operation)
  const answersJson = operation.output.kind === 'scalar' && operation.output.type === 'json'
  if (key !== undefined && answersJson) {
    const read = async (context: HandlerContext): Promise<Row> => readRow(context, entity, key)
    const args = ({ input }: HandlerContext): unknown =>
      argument === undefined ? null : (input[argument] ?? null)
    if (operation.name === 'execute' && code !== undefined) {
      return async (context) => {
        const row = await read(context)
        const script = { language: languageOf(entity, row), code: row[code] as string }
        // A script looks for names in it: nothing sent is nothing by any name.
        const given = argument === undefined || Object.hasOwn(context.input, argument)
        const options = { timeMs: timeOf(row), signal: context.options.signal }
        return sandbox
          .run({ ...script, args: given ? args(context) : {} }, options)
          .catch((error: unknown) => refuse(error, operation))
      }
    }
    if (operation.name === 'run' && isWorkflow(entity)) {
      return async (context) =>
        runWorkflow({ model, sandbox, context }, await read(context), args(context)).catch(
          (error: unknown) => refuse(error, operation),
        )
    }
  }
  return () => {
    throw noSandbox(`the sandbox does not know what ${operation.name} means; register a handler`)
  }
}

/** As the system: whether the caller may read the code is not whether he may run it. */
async function readRow(
  { input, system }: HandlerContext,
  entity: Entity,
  key: string,
): Promise<Row> {
  const found = await system.call({
    entity: entity.name,
    action: 'list',
    input: { filter: { [key]: input[key] }, limit: 1 },
  })
  const [row] = (found as { readonly data: readonly Row[] }).data
  if (row === undefined) throw new DBALError('NOT_FOUND')
  return row
}

/** Milliseconds that the row gives its script. */
function timeOf({ timeoutMs }: Row): number | undefined {
  return typeof timeoutMs === 'number' ? timeoutMs : undefined
}

/** A contract that has a word of its own for a script that runs too long is answered with that. */
function refuse(error: unknown, { errors }: OperationSpec): never {
  const isLate = isDBALError(error) && error.details?.['violation'] === 'time'
  if (!isLate || !errors.some(({ code }) => code === 'TIMEOUT')) throw error
  throw new DBALError('TIMEOUT', { details: { violation: 'time' }, cause: error })
}

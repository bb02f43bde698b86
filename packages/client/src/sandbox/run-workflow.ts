// A workflow, run once: each step gets what came before it, and the last step's answer is the run's.
// Nothing is stored of a run, and its `schedule`, `trigger` and `lastRunAt` are the scheduler's business.
import { invalid } from '@proj/dbal-contract'
import type { Entity, Model } from '@proj/dbal-schema'
import type { HandlerContext } from '../config/client-config.ts'
import { argumentOf, codeFieldOf, keyInputOf } from './script-entity.ts'
import type { ScriptSandbox } from './script-sandbox.ts'
import { readSteps, type Step } from './workflow-steps.ts'

interface Run {
  readonly model: Model
  readonly sandbox: ScriptSandbox
  readonly context: HandlerContext
}

/** Throws VALIDATION_ERROR for a definition that makes no sense, and what a step throws. */
export async function runWorkflow(
  run: Run,
  { nodes, edges }: Readonly<Record<string, unknown>>,
  payload: unknown,
): Promise<unknown> {
  const answers = new Map<string, unknown>()
  let last: unknown = null
  for (const step of readSteps(nodes, edges)) {
    last = await runStep(run, step, argsOf(step, answers, payload))
    answers.set(step.id, last)
  }
  return last
}

/** The payload for a step that nothing leads to, the answer before it, or all of them by their steps' ids. */
function argsOf({ after }: Step, answers: ReadonlyMap<string, unknown>, payload: unknown): unknown {
  const [only, ...more] = after
  if (only === undefined) return payload
  if (more.length === 0) return answers.get(only)
  return Object.fromEntries(after.map((id) => [id, answers.get(id)]))
}

async function runStep(run: Run, { work }: Step, args: unknown): Promise<unknown> {
  switch (work.kind) {
    case 'trigger':
      // Steps share what comes before them: handed on as it is, it could be written out without end.
      return run.sandbox.copy(args)
    case 'code':
      return run.sandbox.run({ ...work, args }, { signal: run.context.options.signal })
    case 'script':
      return callScript(run, work.script, args)
  }
}

/** As the caller: his right to run the script, its being enabled and its limits are asked again. */
async function callScript({ model, context }: Run, name: string, args: unknown): Promise<unknown> {
  const scripts = [...model.entities.values()].find(isScriptEntity)
  const execute = scripts?.operations.get('execute')
  const key = execute === undefined ? undefined : keyInputOf(scripts as Entity, execute)
  if (scripts === undefined || execute === undefined || key === undefined) throw unknownScript()
  const argument = argumentOf(scripts, execute)
  const found = await context.client.call({
    entity: scripts.name,
    action: 'list',
    input: { filter: { name }, limit: 1 },
  })
  const [row] = (found as { readonly data: readonly Readonly<Record<string, unknown>>[] }).data
  if (row === undefined) throw unknownScript()
  const input = { [key]: row[key], ...(argument === undefined ? {} : { [argument]: args }) }
  return context.client.call({ entity: scripts.name, action: 'execute', input })
}

function isScriptEntity(entity: Entity): boolean {
  return codeFieldOf(entity) !== undefined && entity.fields.get('name')?.unique === true
}

function unknownScript(): Error {
  return invalid([{ field: 'nodes', error: 'ask for a script that is not there' }])
}

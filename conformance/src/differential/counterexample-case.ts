// A program on which an engine differs, as a case that anybody can play again: a workspace, the steps, and what
// they answer in memory.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openMemory } from '@proj/dbal-adapter-memory'
import { isDBALError } from '@proj/dbal-contract'
import type { Expected } from '../vector/vector.ts'
import { playProgram } from './find-difference.ts'
import { modelOf } from './random-contract.ts'
import type { RandomStep } from './random-program.ts'
import type { CounterExample } from './run-differential.ts'

export interface WrittenCase {
  /** What `--cases` takes. */
  readonly cases: string
  readonly file: string
  readonly name: string
}

/**
 * Writes `cases/random/<name>.yaml` and `workspaces/<name>` under `folder`. Rejects when these cannot be
 * written.
 */
export async function writeCase(found: CounterExample, folder: string): Promise<WrittenCase> {
  const workspace = `random-${found.target}-${found.seed}`
  const name = `${found.target} answers as the store in memory, seed ${found.seed}`
  const entities = join(folder, 'workspaces', workspace, 'entities')
  const chapter = join(folder, 'cases', 'random')
  const file = join(chapter, `${workspace}.yaml`)
  await mkdir(entities, { recursive: true })
  await mkdir(chapter, { recursive: true })
  // JSON is YAML.
  const contract = found.entities.map((entity) => JSON.stringify(entity, undefined, 2))
  await writeFile(join(entities, 'random.yaml'), `${contract.join('\n---\n')}\n`)
  const steps = (await expectedSteps(found)).map((step) => `      - ${JSON.stringify(step)}\n`)
  const head = `workspace: ${workspace}\ncases:\n  - name: ${JSON.stringify(name)}\n`
  await writeFile(file, `${head}    operations:\n${steps.join('')}`)
  return { cases: join(folder, 'cases'), file, name }
}

async function expectedSteps({ entities, program }: CounterExample): Promise<readonly object[]> {
  const model = modelOf(entities)
  const memory = openMemory({ model })
  const answers: Expected[] = []
  try {
    await playProgram(program, model, memory, (_, answer) => answers.push(expectedOf(answer)))
  } finally {
    await memory.close()
  }
  return program.map((step) => withExpected(step, () => answers.shift() as Expected))
}

/** In the order in which steps end: those inside of a transaction before itself. */
function withExpected(step: RandomStep, next: () => Expected): object {
  if (!('transaction' in step)) return { ...step, expected: next() }
  const transaction = step.transaction.map((call) => withExpected(call, next))
  return { transaction, rollback: step.rollback, expected: next() }
}

function expectedOf(answer: { readonly value: unknown } | { readonly error: unknown }): Expected {
  if ('value' in answer)
    return answer.value === undefined
      ? { status: 'success' }
      : { status: 'success', output: { $exact: settled(answer.value) } }
  // What was undone on purpose has done what it should.
  if (!isDBALError(answer.error)) return { status: 'success' }
  const { code, message, details } = answer.error
  return {
    status: 'error',
    error: { code, message, ...(details === undefined ? {} : { details }) },
  }
}

const GENERATED_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** What differs between two runs of the same program is only said to be there. */
function settled(value: unknown): unknown {
  if (typeof value === 'string') return GENERATED_ID.test(value) ? '$uuid' : value
  if (Array.isArray(value)) return value.map(settled)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, key === 'nextCursor' ? '$any' : settled(inner)]),
  )
}

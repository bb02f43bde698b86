// How long all of codegen takes for a contract of some size, and so whether it grows with the contract.
import { generate, TARGETS } from '@proj/dbal-codegen'
import { compileWorkspace, type Model } from '@proj/dbal-schema'
import type { ProcessWork } from '../work/work.ts'

const QUICK_ENTITIES = 10

interface SourceFile {
  readonly path: string
  readonly text: string
}

export function codegenWork(entities: number): ProcessWork {
  return {
    name: `codegen-${entities}`,
    says: `check: YAML to model, codegen: model to all files, of ${entities} entities`,
    unit: 'ms',
    rounds: 5,
    open: (quick) => {
      const files = contractOf(quick ? QUICK_ENTITIES : entities)
      const model = compile(files)
      return Promise.resolve([
        { name: 'check', sample: () => timed(() => compile(files)) },
        { name: 'codegen', sample: () => timed(() => generate({ model, targets: TARGETS })) },
      ])
    },
  }
}

function timed(work: () => unknown): Promise<number> {
  const began = performance.now()
  work()
  return Promise.resolve(performance.now() - began)
}

function compile(files: readonly SourceFile[]): Model {
  const { model, diagnostics } = compileWorkspace(files)
  if (model === undefined) throw new Error(diagnostics[0]?.message)
  return model
}

/** Entities of ten fields; each but the first belongs to the one before. */
function contractOf(entities: number): readonly SourceFile[] {
  return Array.from({ length: entities }, (_, n) => ({
    path: `entities/thing${n}.yaml`,
    text: entityText(n),
  }))
}

function entityText(n: number): string {
  const parent =
    n === 0
      ? ''
      : `  parentId: { type: uuid, required: true, foreign_key: { entity: Thing${n - 1}, field: id, name: parent, inverse: things } }\n`
  return `entity: Thing${n}
fields:
  id: { type: uuid, primary: true, generated: true }
${parent}  name: { type: string, required: true, max_length: 80 }
  email: { type: email, optional: true }
  state: { type: enum, values: [open, closed], default: open }
  size: { type: integer, required: true, min: 0 }
  weight: { type: float, optional: true }
  price: { type: decimal, required: true }
  active: { type: boolean, default: true }
  madeAt: { type: datetime, generated: true }
indexes:
  - { fields: [state, size] }
acl:
  read: { public: true }
  create: { user: true }
`
}

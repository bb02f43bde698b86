// What the generated client costs the type checker, as counts of the real tsc: they say the same on every
// machine and under every load, which times do not.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { compileWorkspace, type Model } from '@proj/dbal-schema'
import { generate } from '../src/index.ts'
import { withFiles } from './compile-typescript.ts'
import { root } from './workspaces.ts'

export interface TypeCost {
  readonly types: number
  readonly instantiations: number
}

const OPTIONS = {
  target: 'ES2023',
  lib: ['ES2023'],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
}

/** Of a program that lists and reads every entity of a contract of so many. */
export async function typeCost(entities: number): Promise<TypeCost> {
  const generated = generate({ model: contractOf(entities), targets: ['types', 'client'] })
  const config = { compilerOptions: OPTIONS, files: ['program.ts'] }
  const files = [
    ...generated,
    { path: 'program.ts', text: programOf(entities) },
    { path: 'tsconfig.json', text: JSON.stringify(config) },
  ]
  return withFiles(files, async (folder) => {
    const tsc = join(root, 'node_modules/.bin/tsc')
    // Checkers that work side by side count some types twice.
    const args = ['-p', folder, '--extendedDiagnostics', '--singleThreaded']
    const { stdout } = await promisify(execFile)(tsc, args, { maxBuffer: 1 << 26 })
    return { types: figure(stdout, 'Types'), instantiations: figure(stdout, 'Instantiations') }
  })
}

function figure(report: string, name: string): number {
  const match = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(report)
  if (match === null) throw new Error(`tsc reports no ${name}`)
  return Number(match[1])
}

/** Each entity but the first belongs to the one before. */
function contractOf(entities: number): Model {
  const files = Array.from({ length: entities }, (_, n) => ({
    path: `entities/thing${n}.yaml`,
    text: entityText(n),
  }))
  const { model, diagnostics } = compileWorkspace(files)
  if (model === undefined) throw new Error(diagnostics[0]?.message)
  return model
}

function entityText(n: number): string {
  const foreignKey = `{ entity: Thing${n - 1}, field: id, name: parent, inverse: things }`
  const parent =
    n === 0 ? '' : `  parentId: { type: uuid, required: true, foreign_key: ${foreignKey} }\n`
  return `entity: Thing${n}
fields:
  id: { type: uuid, primary: true, generated: true }
${parent}  name: { type: string, required: true, max_length: 80 }
  state: { type: enum, values: [open, closed], default: open }
  price: { type: decimal, required: true }
  madeAt: { type: datetime, generated: true }
acl:
  read: { public: true }
  create: { user: true }
`
}

function programOf(entities: number): string {
  const calls = Array.from({ length: entities }, (_, n) => {
    const include = n === 0 ? '' : ', include: { parent: true }'
    const options = `{ filter: { name: 'x' }, sort: { name: 'asc' }${include} }`
    return `export const list${n} = client.thing${n}s.list(${options})
export const read${n} = client.thing${n}s.read('x')
`
  })
  return `import { createClient } from './client.ts'\nconst client = createClient({})\n${calls.join('')}`
}

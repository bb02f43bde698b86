// Every case on every engine that is there. Servers are those of the environment.
import { fileURLToPath } from 'node:url'
import { formatDiagnostics, loadWorkspace, type Model } from '@proj/dbal-schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readVectors, VectorRun } from '../src/index.ts'
import { embeddedTargets, serverTargets } from '../src/targets/index.ts'

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const { vectors, diagnostics, files } = await readVectors(folder('../cases'))
const servers = serverTargets(process.env)
const models = new Map<string, Model>()

async function modelOf(name = 'reference'): Promise<Model> {
  const known = models.get(name)
  if (known !== undefined) return known
  const path = name === 'reference' ? '../../packages/schema/reference' : `../workspaces/${name}`
  const loaded = await loadWorkspace(folder(path))
  if (loaded.model === undefined)
    throw new Error(formatDiagnostics(loaded.diagnostics, loaded.files, { format: 'pretty' }))
  models.set(name, loaded.model)
  return loaded.model
}

it('reads every case', () => {
  expect(formatDiagnostics(diagnostics, files, { format: 'pretty' })).toBe('')
  expect(vectors.length).toBeGreaterThan(0)
})

it('says which servers it does not see', () => {
  for (const variable of servers.missing)
    process.stdout.write(`${variable} is not set: no case was played on that server\n`)
})

describe.each([...embeddedTargets, ...servers.found])('$name', (target) => {
  let run: VectorRun
  beforeAll(() => {
    run = new VectorRun(target)
  })
  afterAll(() => run.close())

  for (const vector of vectors) {
    it(`${vector.chapter}: ${vector.name}`, async () => {
      const { outcome } = await run.play(vector, await modelOf(vector.workspace))
      if (outcome.result === 'fail')
        expect.fail(`${vector.source.file}:${vector.source.line}: ${outcome.reason}`)
    })
  }
})

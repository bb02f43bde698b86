import { compileWorkspace, modelFromJson, type Model } from '@proj/dbal-schema'
import { expect, test } from 'vitest'
import { describeModel } from '../src/index.ts'

const TEXT = `
entity: Doctor
fields:
  id: { type: string, primary: true }
acl: { read: { user: true } }
---
entity: Patient
fields:
  id: { type: string, primary: true }
  doctorId: { type: string, optional: true, foreign_key: { entity: Doctor, field: id, name: doctor, inverse: patients } }
acl:
  read: [{ role: [user], fields: [id] }, { role: [admin] }]
`

function modelOf(text: string): Model {
  const { model, diagnostics } = compileWorkspace([{ path: 'entities/clinic.yaml', text }])
  if (model === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return model
}

async function relationsTold(role: string): Promise<readonly string[]> {
  const told = modelFromJson(await describeModel(modelOf(TEXT), { user: { id: 'ann', role } }))
  return [...told.entities.values()].flatMap(({ relations }) => [...relations.keys()])
}

test('a relation is described to those who may know of its key (ACC-29)', async () => {
  expect(await relationsTold('user')).toEqual([])
  expect(await relationsTold('admin')).toEqual(['patients', 'doctor'])
})

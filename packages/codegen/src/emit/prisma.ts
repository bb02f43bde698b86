// Target `prisma`: schema.prisma for the tables that DBAL's own DDL makes, for the tools of Prisma's
// ecosystem. Enums are text with a CHECK in the database, so they are String here.
import type { Emitter } from '../generated-file.ts'
import { header } from '../header.ts'
import { modelBlock } from './prisma/model-block.ts'

export const emitPrisma: Emitter = (model, { provider }) => {
  const blocks = [...model.entities.values()].map((entity) => modelBlock(model, entity, provider))
  const text = [header(model, '//'), HINT, datasource(provider), GENERATOR, ...blocks].join('\n')
  return [{ path: 'schema.prisma', text }]
}

const HINT = `// DBAL makes and changes the tables (\`dbal push\`). The url of the database stands in prisma.config.ts.
`

function datasource(provider: string): string {
  return `datasource db {\n  provider = "${provider}"\n}\n`
}

const GENERATOR = `generator client {
  provider = "prisma-client"
  output   = "./prisma-client"
}
`

import { playOn } from './play-on.ts'

await playOn('memory')
await playOn('sqlite')
await playOn('prisma-sqlite')
await playOn('prisma-client')

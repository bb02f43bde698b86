import { playOn } from './play-on.ts'

await playOn('prisma-client')

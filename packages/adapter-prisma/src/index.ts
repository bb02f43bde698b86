export {
  openPrisma,
  type PrismaAdapterOptions,
  type PrismaClientOptions,
  type PrismaOptions,
  type PrismaUrlOptions,
} from './prisma-adapter.ts'
export type { PrismaClientLike } from './client-driver.ts'

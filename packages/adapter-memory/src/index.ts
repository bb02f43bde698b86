export { openMemory } from './memory-adapter.ts'

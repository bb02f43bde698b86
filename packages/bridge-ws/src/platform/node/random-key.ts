export { randomUUID as randomKey } from 'node:crypto'

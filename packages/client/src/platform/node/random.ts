export { randomFillSync as fillRandom } from 'node:crypto'

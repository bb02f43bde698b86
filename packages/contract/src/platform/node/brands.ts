/** Of any realm; nothing that only looks like one. */
export { isDate, isUint8Array } from 'node:util/types'

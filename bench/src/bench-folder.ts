import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('..', import.meta.url))

/** A path inside of `bench`, wherever the program runs from: its sources or its build. */
export const inBench = (...path: readonly string[]): string => join(folder, ...path)

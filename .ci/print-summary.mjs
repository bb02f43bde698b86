// Prints the outcome of a vitest JSON report as one line, and fails when nothing was run.
import { readFileSync } from 'node:fs'

/** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number }} */
const report = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = report
const left = skipped > 0 ? `, ${skipped} skipped` : ''
console.log(`${passed} passed, ${failed} failed${left}`)
if (passed === 0 || failed > 0) process.exitCode = 1

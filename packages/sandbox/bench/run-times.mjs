// What a run costs, from the call to its answer. Build first: node packages/sandbox/bench/run-times.mjs
import { openSandbox } from '../dist/index.js'

const SCRIPTS = {
  lua: 'local sum = 0 for i = 1, 1000 do sum = sum + i end return { sum = sum, name = args.name }',
  javascript:
    'let sum = 0; for (let i = 1; i <= 1000; i++) sum += i; return { sum, name: args.name }',
}
const args = { name: 'ann' }
const COLD = 15
const WARM = 500

/** @param {number[]} times */
const median = (times) => (times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0).toFixed(2)

/** @param {() => Promise<unknown>} run */
async function time(run) {
  const started = performance.now()
  await run()
  return performance.now() - started
}

for (const language of /** @type {const} */ (['lua', 'javascript'])) {
  const script = { language, code: SCRIPTS[language], args }
  /** @type {number[]} */
  const cold = []
  for (let i = 0; i < COLD; i++) {
    const sandbox = openSandbox()
    cold.push(await time(() => sandbox.run(script)))
    await sandbox.close()
  }
  const sandbox = openSandbox()
  await sandbox.run(script)
  /** @type {number[]} */
  const warm = []
  for (let i = 0; i < WARM; i++) warm.push(await time(() => sandbox.run(script)))
  /** @type {number[]} */
  const after = []
  for (let i = 0; i < COLD; i++) {
    const endless = { language, code: language === 'lua' ? 'while true do end' : 'for (;;);' }
    await sandbox.run(endless, { timeMs: 10 }).catch(() => undefined)
    after.push(await time(() => sandbox.run(script)))
  }
  await sandbox.close()
  console.log(
    `${language}: cold ${median(cold)} ms, warm ${median(warm)} ms, after a thread was ended ${median(after)} ms`,
  )
}

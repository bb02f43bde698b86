// Runs turbo with its telemetry and update notice off, on every machine and shell alike.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
const turbo = require.resolve('turbo/bin/turbo')
const { status } = spawnSync(process.execPath, [turbo, ...process.argv.slice(2)], {
  env,
  stdio: 'inherit',
})
process.exitCode = status ?? 1

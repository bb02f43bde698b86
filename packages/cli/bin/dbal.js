#!/usr/bin/env node
// The committed door of the command: npm links it before anything is built.
import { existsSync } from 'node:fs'

const main = new URL('../dist/index.js', import.meta.url)
if (existsSync(main)) {
  const loaded = /** @type {{ runCli(args: readonly string[]): Promise<void> }} */ (
    await import(main.href)
  )
  await loaded.runCli(process.argv.slice(2))
} else {
  process.stderr.write('dbal is not built yet: run "npm run build" at the root of the repository\n')
  process.exitCode = 1
}

// Writes docs/reference/capabilities.md; run after a build.
import { writeFile } from 'node:fs/promises'
import { capabilitiesPage, committedManifest } from '../conformance/dist/index.js'

const page = new URL('../docs/reference/capabilities.md', import.meta.url)
await writeFile(page, capabilitiesPage(await committedManifest()))

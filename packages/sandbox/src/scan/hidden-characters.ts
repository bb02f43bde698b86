// Characters that a reader does not see.
import type { Findings } from './finding.ts'

/** Embeddings, overrides and isolates: CVE-2021-42574. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g
// oxlint-disable-next-line eslint/no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f]/g

/** Of these, what text that is only shown has no use for; the rest is how Arabic and Hebrew are set. */
const OVERRIDES = /[\u202d\u202e]/g

export function findHidden(text: string, findings: Findings, use: 'code' | 'shown'): void {
  for (const { index } of text.matchAll(use === 'code' ? BIDI : OVERRIDES))
    findings.add('bidi-control', index)
  for (const { index } of text.matchAll(CONTROL)) findings.add('control-character', index)
}

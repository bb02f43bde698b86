// Text and JSON that are shown rather than run: markup that would run code in the reader's browser.
import { Findings, type Finding } from './finding.ts'
import { findHidden } from './hidden-characters.ts'

/** Where an address begins: one class for all that may stand before it, so that no two share the space. */
const ADDRESS = String.raw`(?:^|\b(?:href|src|action|formaction|data)\s*=)[\s"'\u0001-\u001f]*`
const spaced = (word: string): string => [...word].join(String.raw`\s*`)

const ACTIVE: readonly RegExp[] = [
  // An element that runs or embeds something, opened.
  /<\s*(?:script|iframe|object|embed|applet|base|meta|link)(?=[\s/>])/gi,
  // A handler of events in a tag.
  /<[a-z][^<>]*[\s/"']on[a-z]{3,}\s*=/gi,
  // A whole value, or an attribute's, that is an address which runs. A browser passes over space in it.
  new RegExp(`${ADDRESS}(?:${spaced('javascript')}|${spaced('vbscript')})\\s*:(?!\\s)`, 'gi'),
  new RegExp(`${ADDRESS}data\\s*:\\s*text/html`, 'gi'),
]

export function scanText(text: string): readonly Finding[] {
  const findings = new Findings(text)
  findHidden(text, findings, 'shown')
  for (const pattern of ACTIVE) {
    for (const { index } of text.matchAll(pattern)) findings.add('active-markup', index)
  }
  return findings.list()
}

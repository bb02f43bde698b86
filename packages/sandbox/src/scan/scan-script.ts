import type { Language } from '../worker/messages.ts'
import type { Finding } from './finding.ts'
import { scanJavaScript } from './scan-javascript.ts'
import { scanLua } from './scan-lua.ts'

/**
 * Constructs that a script of good will has no use for, by name and place. It is a first look: what holds
 * is that the sandbox lacks what they reach for.
 */
export function scanScript(language: Language, code: string): readonly Finding[] {
  return language === 'lua' ? scanLua(code) : scanJavaScript(code)
}

// ts-morph brings a whole compiler: it is loaded when a target that writes TypeScript runs.
import { createRequire } from 'node:module'
import type * as tsMorph from 'ts-morph'

const require = createRequire(import.meta.url)

let loaded: typeof tsMorph | undefined

export function loadTsMorph(): typeof tsMorph {
  return (loaded ??= require('ts-morph') as typeof tsMorph)
}

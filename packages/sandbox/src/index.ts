export { DEFAULT_LIMITS, type Limits } from './limits.ts'
export {
  openSandbox,
  type RunOptions,
  type Sandbox,
  type SandboxOptions,
  type Script,
} from './sandbox.ts'
export { malicious, type FieldFinding, type Finding, type FindingRule } from './scan/finding.ts'
export { scanScript } from './scan/scan-script.ts'
export { scanText } from './scan/scan-text.ts'
export { scanValue } from './scan/scan-value.ts'
export type { Violation } from './violation.ts'
export type { Language } from './worker/messages.ts'

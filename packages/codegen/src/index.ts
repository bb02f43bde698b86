export { CodegenError } from './codegen-error.ts'
export { generate, type GenerateRequest } from './generate.ts'
export type {
  EmitOptions,
  EmittedFile,
  Emitter,
  GeneratedFile,
  Provider,
} from './generated-file.ts'
export { readTargets, TARGETS, type Target } from './targets.ts'
export { watchWorkspace, type WatchOptions } from './watch-workspace.ts'
export { writeFiles, type WriteOptions, type WriteResult } from './write-files.ts'

export { auditKey } from './config/audit-key.ts'
export { ConfigError } from './config/config-error.ts'
export {
  ADAPTERS,
  findDatabase,
  type DatabaseFlags,
  type DatabaseTarget,
} from './config/database-target.ts'
export { loadProjectConfig, type GlobalFlags, type ProjectConfig } from './config/project-config.ts'
export { readNamedFile } from './config/read-named-file.ts'
export { openProjectClient } from './project/open-project-client.ts'

export { startDaemon, type Daemon, type DaemonOptions } from './start-daemon.ts'
export { openBridge, type BridgeSeam, type OpenBridge } from './bridge-seam.ts'
export type { Authenticate } from './auth/authenticate.ts'
export type { ServerFlags } from './config/server-settings.ts'

// What /metrics tells, for Prometheus. Labels are names of the contract and codes: bounded, and no values.
import type { OperationEvent } from '@proj/dbal'
import type { ServedStore } from '@proj/dbal/serve'
import type { PoolUsage } from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'
import type { BridgeSeam } from '../bridge-seam.ts'
import { createOperationNames, operationNames } from './name-operation.ts'

export interface Metrics {
  readonly observeOperation: (event: OperationEvent) => void
  readonly observeHttp: (route: string, status: number) => void
  readonly observeLogin: (isAccepted: boolean) => void
  readonly text: () => Promise<{ readonly type: string; readonly text: string }>
}

/** Seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const DENIED = ['UNAUTHORIZED', 'FORBIDDEN']

export async function createMetrics(
  model: Model,
  stats: BridgeSeam['stats'],
  poolUsage: ServedStore['poolUsage'],
): Promise<Metrics> {
  const { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } = await import('prom-client')
  const registry = new Registry()
  const registers = [registry]
  const nameOf = createOperationNames(model)
  const duration = new Histogram({
    name: 'dbal_operation_duration_seconds',
    help: 'Time of an operation, by its name',
    labelNames: ['operation'],
    buckets: BUCKETS,
    registers,
  })
  const requests = new Counter({
    name: 'dbal_operations_total',
    help: 'Operations, by name and code; OK for those that succeeded',
    labelNames: ['operation', 'code'],
    registers,
  })
  const denials = new Counter({
    name: 'dbal_denials_total',
    help: 'Operations that the access rules refused',
    labelNames: ['operation'],
    registers,
  })
  const http = new Counter({
    name: 'dbal_http_requests_total',
    help: 'HTTP requests, by route and status',
    labelNames: ['route', 'status'],
    registers,
  })
  const logins = new Counter({
    name: 'dbal_logins_total',
    help: 'Logins, by whether they were accepted',
    labelNames: ['accepted'],
    registers,
  })
  // A rate over a series that begins with its first event misses that event.
  for (const operation of operationNames(model)) {
    duration.zero({ operation })
    requests.inc({ operation, code: 'OK' }, 0)
    denials.inc({ operation }, 0)
  }
  for (const accepted of ['true', 'false']) logins.inc({ accepted }, 0)
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  }
  gauge('dbal_in_flight', 'Requests that run or wait', () => stats().inFlight)
  gauge('dbal_connections', 'Open connections of the bridge', () => stats().connections)
  gauge('dbal_subscriptions', 'Streams and subscriptions', () => stats().subscriptions)
  if (poolUsage() !== undefined) {
    const read = (key: keyof PoolUsage) => () => poolUsage()?.[key] ?? 0
    gauge('dbal_pool_size', 'Connections to the database at most', read('size'))
    gauge('dbal_pool_in_use', 'Connections to the database that run something', read('inUse'))
    gauge('dbal_pool_idle', 'Connections to the database that are open and free', read('idle'))
    gauge('dbal_pool_waiting', 'Callers that wait for a connection', read('waiting'))
  }
  collectDefaultMetrics({ register: registry })
  return {
    observeOperation: (event) => {
      const { name: operation } = nameOf(event)
      const code = event.error?.code ?? 'OK'
      requests.inc({ operation, code })
      duration.observe({ operation }, event.durationMs / 1000)
      if (DENIED.includes(code)) denials.inc({ operation })
    },
    observeHttp: (route, status) => http.inc({ route, status }),
    observeLogin: (isAccepted) => logins.inc({ accepted: String(isAccepted) }),
    text: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  }
}

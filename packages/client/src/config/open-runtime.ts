import { createHash } from 'node:crypto'
import { policyOf } from '@proj/dbal-policy'
import type { Capabilities } from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'
import { LocalBackend } from '../backend/local-backend.ts'
import { openAudit } from '../audit/open-audit.ts'
import { Feeds } from '../changes/feeds.ts'
import { openNoticeBus } from '../changes/notice-bus.ts'
import { Notices } from '../changes/notices.ts'
import { noticingStore } from '../changes/noticing-store.ts'
import { EventHub } from '../events.ts'
import { openRateLimits } from '../limit/rate-limits.ts'
import type { Runtime } from '../runtime.ts'
import { ScriptSandbox } from '../sandbox/script-sandbox.ts'
import { createScope } from '../scoped-client.ts'
import { liveStore } from '../store/live-store.ts'
import { validatorOf } from '../validate/input-validator.ts'
import type { ClientConfig } from './client-config.ts'
import { collectCode } from './collect-code.ts'
import { loadModel } from './load-model.ts'
import { openAdapter } from './open-adapter.ts'

const DEFAULT_TIMEOUT_MS = 30_000
const DEFAULT_RETENTION_HOURS = 24
const HOUR_MS = 3_600_000

export async function openRuntime(config: ClientConfig): Promise<Runtime> {
  const model = await loadModel(config)
  const sandbox = new ScriptSandbox(config.security?.sandbox)
  const { handlers, rules } = collectCode(model, config, sandbox)
  const validator = validatorOf(model)
  // It connects when there is something to say or to hear.
  const bus = await openNoticeBus(config.state?.url)
  const limits = await openRateLimits(model, config.state?.url)
  const [adapter] = await Promise.all([
    openAdapter(config, model).catch(async (error: unknown) => {
      await limits?.close()
      throw error
    }),
    validator.prepare(),
  ])
  const now = config.now ?? (() => new Date())
  const events = new EventHub(config.onQuery, config.onError)
  const audit = await openAudit(config, { model, adapter, events, now }).catch(
    async (error: unknown) => {
      await Promise.all([adapter.close(), limits?.close()])
      throw error
    },
  )
  const notices = new Notices(model, bus)
  const base = noticingStore(adapter, notices)
  const runtime: Runtime = {
    model,
    policy: policyOf(model),
    adapter,
    capabilities: withChanges(adapter.capabilities),
    base,
    notices,
    feeds: new Feeds(notices),
    store: liveStore(base, model, now),
    validator,
    handlers,
    rules,
    limits,
    sandbox,
    audit,
    cursorSecret: config.security?.cursorSecret ?? ownSecret(model),
    retentionMs: (config.idempotency?.retentionHours ?? DEFAULT_RETENTION_HOURS) * HOUR_MS,
    timeoutMs: config.performance?.queryTimeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxComplexity: config.performance?.maxQueryComplexity,
    events,
    now,
    scope: (principal, connection, defaults) =>
      createScope(() => new LocalBackend(runtime, connection), principal, defaults),
  }
  return runtime
}

/** Live changes are the client's own doing, over any adapter. */
function withChanges(capabilities: Capabilities): Capabilities {
  return { ...capabilities, features: new Set([...capabilities.features, 'changes']) }
}

/** The same in every process of one model, so that a cursor outlives a restart. */
function ownSecret(model: Model): string {
  return createHash('sha256').update(`dbal cursor ${model.hash}`).digest('hex')
}

import { createHash } from 'node:crypto'
import { PlanCache, createPolicy } from '@proj/dbal-policy'
import type { Model } from '@proj/dbal-schema'
import { LocalBackend } from '../backend/local-backend.ts'
import { openAudit } from '../audit/open-audit.ts'
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

export async function openRuntime(config: ClientConfig): Promise<Runtime> {
  const model = await loadModel(config)
  const sandbox = new ScriptSandbox(config.security?.sandbox)
  const { handlers, rules } = collectCode(model, config, sandbox)
  const validator = validatorOf(model)
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
  const runtime: Runtime = {
    model,
    policy: createPolicy(model),
    adapter,
    store: liveStore(adapter, model, now),
    validator,
    templates: new PlanCache(),
    handlers,
    rules,
    limits,
    sandbox,
    audit,
    cursorSecret: config.security?.cursorSecret ?? ownSecret(model),
    timeoutMs: config.performance?.queryTimeoutMs ?? DEFAULT_TIMEOUT_MS,
    events,
    now,
    scope: (principal, connection, defaults) =>
      createScope(() => new LocalBackend(runtime, connection), principal, defaults),
  }
  return runtime
}

/** The same in every process of one model, so that a cursor outlives a restart. */
function ownSecret(model: Model): string {
  return createHash('sha256').update(`dbal cursor ${model.hash}`).digest('hex')
}

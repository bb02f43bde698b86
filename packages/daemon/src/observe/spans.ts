// A span of OpenTelemetry for each operation, where its api is installed. Who exports them is the app's choice.
import type { OperationEvent } from '@proj/dbal'
import type { Model } from '@proj/dbal-schema'
import { createOperationNames } from './name-operation.ts'

/** Undefined where the api is not installed. */
export async function createSpans(
  model: Model,
  version: string,
): Promise<((event: OperationEvent) => void) | undefined> {
  const api = await import('@opentelemetry/api').catch(() => undefined)
  if (api === undefined) return undefined
  const tracer = api.trace.getTracer('@proj/dbal-daemon', version)
  const nameOf = createOperationNames(model)
  return (event) => {
    const { name, entity } = nameOf(event)
    const end = Date.now()
    const attributes = {
      'rpc.system': 'jsonrpc',
      'rpc.method': name,
      'db.collection.name': entity,
      ...(event.error === undefined ? {} : { 'error.type': event.error.code }),
    }
    const options = { kind: api.SpanKind.SERVER, startTime: end - event.durationMs, attributes }
    const span = tracer.startSpan(name, options)
    if (event.error !== undefined) span.setStatus({ code: api.SpanStatusCode.ERROR })
    span.end(end)
  }
}

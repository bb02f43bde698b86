// What an exporter would get, were one set up: a span for each operation, with no value of a caller.
import {
  INVALID_SPAN_CONTEXT,
  trace,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api'
import { afterAll, expect, test } from 'vitest'
import { call, serve } from './serve.ts'

const started: (readonly [name: string, options: SpanOptions | undefined])[] = []
const tracer: Pick<Tracer, 'startSpan'> = {
  startSpan: (name, options) => {
    started.push([name, options])
    return trace.wrapSpanContext(INVALID_SPAN_CONTEXT)
  },
}
const provider: TracerProvider = { getTracer: () => tracer as Tracer }

afterAll(() => trace.disable())

test('a span for each operation, where a tracer is set up', async () => {
  trace.setGlobalTracerProvider(provider)
  const daemon = await serve()
  await call(daemon, 'notes.count')
  await call(daemon, 'Note.create', undefined, { text: 'canary' })
  expect(started.map(([name]) => name)).toEqual(['Note.count', 'Note.create'])
  expect(started[1]?.[1]?.attributes).toMatchObject({
    'rpc.method': 'Note.create',
    'error.type': 'UNAUTHORIZED',
  })
  expect(JSON.stringify(started)).not.toContain('canary')
})

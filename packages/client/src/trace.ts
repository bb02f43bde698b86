// `@proj/dbal/trace`: where the time of calls goes, layer by layer.
export { tracing, type Layer, type Trace } from '@proj/dbal-contract'
export { printTimes, traceCalls, type CallTimes, type CallTrace } from './trace/trace-calls.ts'

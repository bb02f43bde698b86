export { overBridge } from './bridge/over-bridge.ts'
export type { BridgeForm } from './bridge/connect.ts'
export { describeAdapter, type DescribeOptions, type TestRunner } from './describe-adapter.ts'
export { runProgram, steppingClock, type Notes, type Step } from './program/run-program.ts'
export { Transcript } from './program/transcript.ts'
export type { Target } from './targets/target.ts'
export { readVectors, type VectorsResult } from './vector/read-vectors.ts'
export { VectorRun, type VectorResult } from './vector/run-vectors.ts'
export type { Vector } from './vector/vector.ts'
export { jsonReport, type JsonReport } from './report/json-report.ts'
export { junitOf } from './report/junit.ts'
export { matrixOf, type Matrix } from './report/matrix.ts'
export { loadSuite, type Suite, type SuiteOptions } from './suite/load-suite.ts'
export { runSuite, type RunOptions } from './suite/run-suite.ts'
export {
  runDifferential,
  type CounterExample,
  type DifferentialOptions,
} from './differential/run-differential.ts'

export { runProgram, steppingClock, type Notes, type Step } from './program/run-program.ts'
export { Transcript } from './program/transcript.ts'

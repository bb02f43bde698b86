import { playOn } from './play-on.ts'

await playOn('duckdb')

import { playOn } from '../vectors/play-on.ts'

await playOn('duckdb', [
  { encoding: 'json', medium: 'socket' },
  { encoding: 'cbor', medium: 'loopback' },
])

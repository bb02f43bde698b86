import { playOn } from '../vectors/play-on.ts'

await playOn('postgres', [
  { encoding: 'json', medium: 'socket' },
  { encoding: 'cbor', medium: 'loopback' },
])

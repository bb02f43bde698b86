// Every vector through the bridge: values come over as they are in process, in both encodings (R31).
import { playOn } from '../vectors/play-on.ts'

await playOn('sqlite', [
  { encoding: 'json', medium: 'loopback' },
  { encoding: 'cbor', medium: 'loopback' },
  { encoding: 'json', medium: 'socket' },
  { encoding: 'cbor', medium: 'socket' },
])

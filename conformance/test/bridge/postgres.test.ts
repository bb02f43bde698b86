// Every vector through the bridge: values come over as they are in process, in both encodings (R31).
import { playOn } from '../vectors/play-on.ts'

await playOn('postgres', [
  { encoding: 'json', medium: 'socket' },
  { encoding: 'cbor', medium: 'loopback' },
])

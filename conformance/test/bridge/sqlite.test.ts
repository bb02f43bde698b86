// Every vector through the bridge: values come over as they are in process, in both encodings (R31). Over HTTP only
// what needs a connection that stays is refused.
import { playBehindBridge } from '../vectors/play-on.ts'

await playBehindBridge('sqlite', [
  [
    { encoding: 'json', medium: 'loopback' },
    { encoding: 'json', medium: 'socket' },
  ],
  [
    { encoding: 'cbor', medium: 'socket' },
    { encoding: 'cbor', medium: 'loopback' },
  ],
  [
    { encoding: 'json', medium: 'http' },
    { encoding: 'cbor', medium: 'http' },
  ],
])

// Every vector through the bridge: values come over as they are in process, in one of both encodings (R31).
import { playBehindBridge } from '../vectors/play-on.ts'

await playBehindBridge('postgres', [
  [
    { encoding: 'json', medium: 'socket' },
    { encoding: 'cbor', medium: 'loopback' },
  ],
])

// What is sent in one turn of the event loop goes out in one write: small messages cost less than their
// system calls.
import type { Writable } from 'node:stream'

/** Call it before each write. */
export function corking(socket: Pick<Writable, 'cork' | 'uncork'>): () => void {
  let isCorked = false
  const release = (): void => {
    isCorked = false
    socket.uncork()
  }
  return () => {
    if (isCorked) return
    isCorked = true
    socket.cork()
    setImmediate(release)
  }
}

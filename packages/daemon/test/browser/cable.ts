// Between a page and a daemon: it can be cut, and tells what the handshakes said.
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Cable {
  readonly endpoint: string
  /** The heads of the requests that opened connections. */
  readonly heads: readonly string[]
  cut(): void
  close(): void
}

export async function layCable(address: string): Promise<Cable> {
  const { hostname, port } = new URL(`tcp://${address}`)
  const heads: string[] = []
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = createConnection(Number(port), hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
    }
    near.once('data', (head) => heads.push(head.toString('latin1')))
    near.pipe(far)
    far.pipe(near)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const cut = (): void => {
    for (const socket of open) socket.destroy()
  }
  return {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    heads,
    cut,
    close() {
      server.close()
      cut()
    },
  }
}

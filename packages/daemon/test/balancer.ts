// A balancer as operators put one before daemons: TCP connections, in turn, to those that answer.
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export class Balancer {
  readonly #targets: readonly string[]
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #turn = 0

  /** `host:port` of each daemon. */
  constructor(targets: readonly string[]) {
    this.#targets = targets
    this.#server = createServer((near) => {
      this.#sockets.add(near)
      near.on('error', () => undefined).on('close', () => this.#sockets.delete(near))
      this.#pass(near, targets.length)
    })
  }

  /** Its own `host:port`. */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #pass(near: Socket, tries: number): void {
    const target = this.#targets[this.#turn % this.#targets.length] ?? ''
    this.#turn += 1
    const [host, port] = target.split(':')
    const far = connect(Number(port), host)
    let isOpen = false
    far.on('connect', () => {
      isOpen = true
      near.pipe(far).pipe(near)
    })
    far.on('error', () => (isOpen || tries === 0 ? near.destroy() : this.#pass(near, tries - 1)))
    far.on('close', () => isOpen && near.destroy())
    near.on('close', () => far.destroy())
  }
}

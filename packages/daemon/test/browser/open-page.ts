// A page in a runtime of its own.
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type * as page from './page.ts'

type Page = typeof page

export interface OpenPage {
  call<Name extends keyof Page>(
    name: Name,
    ...args: Parameters<Page[Name]>
  ): Promise<Awaited<ReturnType<Page[Name]>>>
  leave(): Promise<unknown>
}

interface Answer {
  readonly id: number
  readonly answer?: unknown
  readonly failure?: string
}

export async function openPage(path: string, origin: string): Promise<OpenPage> {
  const worker = new Worker(new URL('runtime.mjs', import.meta.url), {
    workerData: { page: pathToFileURL(path).href, origin },
    // Without a flag from Node 22 on.
    execArgv: ['--experimental-websocket'],
  })
  const waiting = new Map<number, PromiseWithResolvers>()
  const wait = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
    })
  worker.on('message', ({ id, answer, failure }: Answer) => {
    if (failure === undefined) waiting.get(id)?.resolve(answer)
    else waiting.get(id)?.reject(new Error(failure))
    waiting.delete(id)
  })
  worker.on('error', (error) => {
    for (const { reject } of waiting.values()) reject(error)
  })
  await wait(0)
  let last = 0
  const call = (name: string, ...args: readonly unknown[]): Promise<unknown> => {
    last += 1
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    worker.postMessage({ id: last, name, args })
    return wait(last)
  }
  return { call: call as OpenPage['call'], leave: () => worker.terminate() }
}

interface PromiseWithResolvers {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

// A page's runtime in a thread: what bundle.ts makes of the page sees the globals of `scope` and nothing of
// Node. It calls what it is asked to call in the bundle.
import { parentPort, workerData } from 'node:worker_threads'

const { page, origin } = workerData

class PageSocket extends WebSocket {
  /** @param {string} url @param {string} protocols */
  constructor(url, protocols) {
    super(url, /** @type {any} */ ({ protocols, headers: { origin } }))
  }
}

/** @param {(...args: any[]) => unknown} start */
const numbered =
  (start) =>
  /** @param {any[]} args */
  (...args) =>
    Number(start(...args))

const scope = {
  WebSocket: PageSocket,
  // Pages of http have no more.
  crypto: { getRandomValues: crypto.getRandomValues.bind(crypto) },
  setTimeout: numbered(setTimeout),
  setInterval: numbered(setInterval),
  clearTimeout,
  clearInterval,
  queueMicrotask,
  performance,
  structuredClone,
  AbortController,
  AbortSignal,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
  atob,
  btoa,
}
Object.assign(globalThis, { pageScope: Object.assign(Object.create(null), scope) })

const functions = await import(page)

/** @param {{ id: number, name: string, args: unknown[] }} asked */
async function answer({ id, name, args }) {
  try {
    tell({ id, answer: await functions[name](...args) })
  } catch (error) {
    tell({ id, failure: String(error) })
  }
}

/** @param {object} message */
function tell(message) {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, no window
  parentPort?.postMessage(message)
}

parentPort?.on('message', (asked) => void answer(asked))
tell({ id: 0 })

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

/**
 * As a page's: another origin has to say that the page may ask, before it is asked, and may read the answer.
 * @param {string} url
 * @param {RequestInit} init
 */
async function fetchAsPage(url, init) {
  const headers = { ...init.headers, origin }
  const names = Object.keys(init.headers ?? {})
    .sort()
    .join()
  const preflight = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': init.method ?? 'GET',
      'access-control-request-headers': names,
    },
  })
  const allowed = preflight.headers.get('access-control-allow-headers')?.split(', ') ?? []
  if (
    !preflight.ok ||
    !mayRead(preflight) ||
    names.split(',').some((each) => !allowed.includes(each))
  )
    throw new TypeError('Failed to fetch')
  const response = await fetch(url, { ...init, headers })
  if (!mayRead(response)) throw new TypeError('Failed to fetch')
  return response
}

/** @param {Response} response */
const mayRead = ({ headers }) => headers.get('access-control-allow-origin') === origin

/** @param {(...args: any[]) => unknown} start */
const numbered =
  (start) =>
  /** @param {any[]} args */
  (...args) =>
    Number(start(...args))

const scope = {
  WebSocket: PageSocket,
  fetch: fetchAsPage,
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

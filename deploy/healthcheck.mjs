// Exits 0 when the daemon answers 200: `node healthcheck.mjs [healthz|readyz]`. DBAL_HEALTH_ORIGIN says where it is;
// for mutual TLS, DBAL_HEALTH_CERT and DBAL_HEALTH_KEY name a certificate's files.
import { readFileSync } from 'node:fs'
import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'

const {
  DBAL_HEALTH_ORIGIN: origin = 'http://127.0.0.1:50051',
  DBAL_HEALTH_CERT: cert,
  DBAL_HEALTH_KEY: key,
} = process.env
const [path = 'healthz'] = process.argv.slice(2)
const url = new URL(`/${path}`, origin)
const TIMEOUT_MS = 3_000

const options = {
  timeout: TIMEOUT_MS,
  // The certificate has the name that callers know, not this one; nothing secret is sent.
  rejectUnauthorized: false,
  ...(cert === undefined ? {} : { cert: readFileSync(cert) }),
  ...(key === undefined ? {} : { key: readFileSync(key) }),
}
const get = url.protocol === 'https:' ? getHttps : getHttp
get(url, options, (response) => {
  response.resume()
  process.exitCode = response.statusCode === 200 ? 0 : 1
})
  .on('timeout', () => process.exit(1))
  .on('error', () => {
    process.exitCode = 1
  })

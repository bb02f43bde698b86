// Fails with a clear message when a service that the tests need does not answer.
import { connect } from 'node:net'

const SERVICES = {
  PostgreSQL: { variable: 'DBAL_TEST_POSTGRES_URL', port: 5432 },
  'MySQL or MariaDB': { variable: 'DBAL_TEST_MYSQL_URL', port: 3306 },
  Redis: { variable: 'DBAL_TEST_REDIS_URL', port: 6379 },
}
const TIMEOUT_MS = 5_000

/** @param {string} host @param {number} port @returns {Promise<string | undefined>} what went wrong */
function reach(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS })
    /** @param {string} [problem] */
    const finish = (problem) => {
      socket.destroy()
      resolve(problem)
    }
    socket.once('connect', () => finish())
    socket.once('timeout', () => finish(`no answer in ${TIMEOUT_MS} ms`))
    socket.once('error', (error) => finish('code' in error ? String(error.code) : error.message))
  })
}

/** @param {string} name @param {{ variable: string, port: number }} service @returns {Promise<boolean>} */
async function checkService(name, { variable, port }) {
  const text = process.env[variable] ?? ''
  if (!URL.canParse(text)) {
    console.error(`${name}: ${variable} is not set to a URL`)
    return false
  }
  const url = new URL(text)
  const address = { host: url.hostname, port: url.port === '' ? port : Number(url.port) }
  const problem = await reach(address.host, address.port)
  const at = `${address.host}:${address.port}`
  if (problem === undefined) console.log(`${name}: answers at ${at}`)
  else console.error(`${name}: ${at} cannot be reached (${problem}); start it or set ${variable}`)
  return problem === undefined
}

const found = await Promise.all(
  Object.entries(SERVICES).map(([name, service]) => checkService(name, service)),
)
if (found.includes(false)) process.exitCode = 1

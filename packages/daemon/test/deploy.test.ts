// What is deployed fits together: paths, ports, users, and configs that the daemon itself reads.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { readServerSettings } from '../src/config/server-settings.ts'
import { loadProjectConfig, type ProjectConfig } from '../src/project.ts'
import { folderWith, serve } from './serve.ts'

const DEPLOY = fileURLToPath(new URL('../../../deploy/', import.meta.url))
const read = (path: string): string => readFileSync(join(DEPLOY, path), 'utf8')
const dockerfile = read('Dockerfile')

type Part = { readonly [key: string]: unknown }

/** A part of parsed YAML by its path. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value
  for (const step of path) found = (found as Record<string | number, unknown> | undefined)?.[step]
  return found
}

function loadText(text: string): Promise<ProjectConfig> {
  return loadProjectConfig({}, folderWith({ 'dbal.config.yaml': text }))
}

const final = dockerfile.slice(dockerfile.lastIndexOf('FROM '))

test('the image: built apart, not root, and every path that it names is there', async () => {
  expect(dockerfile.match(/^FROM node:20\.19-/gm)).toHaveLength(2)
  expect(final).toMatch(/^USER 1000:1000$/m)
  expect(final).toMatch(/^EXPOSE 50051$/m)
  expect(final).toContain('HEALTHCHECK')
  for (const [, path = ''] of dockerfile.matchAll(/"\/app\/(.+?)"/g))
    expect(existsSync(join(DEPLOY, '..', path)), path).toBe(true)
  for (const [, path = ''] of dockerfile.matchAll(/^COPY ((?!--)[\w./]+) /gm))
    expect(existsSync(join(DEPLOY, '..', path)), path).toBe(true)
  const settings = readServerSettings(await loadText(read('dbal.config.yaml')))
  expect(settings).toMatchObject({ port: 50_051, isLoopback: false })
  expect(settings.tls?.key).toBe('/run/secrets/tls_key')
})

test('compose: the daemon has what its config names, and no more rights than it needs', async () => {
  const compose: unknown = parse(read('compose.yaml'))
  const daemon = at(compose, 'services', 'daemon') as Part
  expect(daemon).toMatchObject({
    user: '1000:1000',
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    ports: ['50051:50051'],
  })
  expect(
    existsSync(
      join(
        DEPLOY,
        String(at(daemon, 'build', 'context')),
        String(at(daemon, 'build', 'dockerfile')),
      ),
    ),
  ).toBe(true)
  const config = parse(read('dbal.config.yaml')) as Part
  const named = [
    at(config, 'database', 'url_file'),
    at(config, 'server', 'tls', 'cert_file'),
    at(config, 'server', 'tls', 'key_file'),
  ]
  const secrets = daemon['secrets'] as readonly string[]
  expect(named).toEqual(secrets.map((name) => `/run/secrets/${name}`))
  expect(Object.keys(at(compose, 'secrets') as Part)).toEqual(expect.arrayContaining([...secrets]))
  const mounts = (daemon['volumes'] as readonly string[]).map((mount) => mount.split(':'))
  expect(mounts.map(([, target, mode]) => [target, mode])).toEqual([
    [config['workspace'], 'ro'],
    [at(config, 'auth', 'jwt', 'jwks_file'), 'ro'],
  ])
  expect(at(compose, 'services', 'database', 'ports')).toBeUndefined()
})

test('kubernetes: the daemon beside the app, on the loopback address', async () => {
  const documents = parseAllDocuments(read('kubernetes/app.yaml'), { version: '1.1' })
  expect(documents.flatMap(({ errors }) => errors)).toEqual([])
  const [configMap, deployment] = documents.map((document): unknown => document.toJS())
  const text = String(at(configMap, 'data', 'dbal.config.yaml'))
  const settings = readServerSettings(await loadText(text))
  expect(settings).toMatchObject({ isLoopback: true, port: 50_051 })
  const pod = at(deployment, 'spec', 'template', 'spec')
  expect(at(pod, 'securityContext')).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 })
  expect(at(deployment, 'spec', 'selector', 'matchLabels')).toEqual(
    at(deployment, 'spec', 'template', 'metadata', 'labels'),
  )
  const daemon = at(pod, 'initContainers', 0)
  expect(at(daemon, 'restartPolicy')).toBe('Always')
  expect(at(daemon, 'securityContext')).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    const command = at(daemon, probe, 'exec', 'command') as readonly string[]
    expect(existsSync(join(DEPLOY, '..', (command[1] ?? '').replace('/app/', '')))).toBe(true)
  }
  const mounts = at(daemon, 'volumeMounts') as readonly Part[]
  const folders = mounts.map(({ mountPath }) => mountPath)
  const config = parse(text) as Part
  expect(folders).toContain(dirname(String(at(config, 'database', 'url_file'))))
  expect(folders).toContain(dirname(String(at(config, 'auth', 'jwt', 'jwks_file'))))
  const volumes = at(pod, 'volumes') as readonly Part[]
  expect(new Set(volumes.map(({ name }) => name))).toEqual(new Set(mounts.map(({ name }) => name)))
  expect(volumes.find(({ name }) => name === 'secrets')).toMatchObject({
    secret: { defaultMode: 0o440 },
  })
  const drain = settings.drainTimeoutMs / 1000
  expect(at(pod, 'terminationGracePeriodSeconds')).toBeGreaterThan(drain)
})

const unit = join(DEPLOY, 'systemd/dbal.service')
const analyze = (...args: readonly string[]) =>
  spawnSync('systemd-analyze', [...args], { encoding: 'utf8' })
const hasSystemd = analyze('--version').status === 0

test('systemd: what it starts is what the image starts, without rights', () => {
  const text = readFileSync(unit, 'utf8')
  expect(text).toContain('/packages/cli/bin/dbal.js serve --config /etc/dbal/dbal.config.yaml\n')
  for (const line of [
    'DynamicUser=yes',
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'CapabilityBoundingSet=',
  ])
    expect(text.split('\n')).toContain(line)
})

test.runIf(hasSystemd)('systemd: its own judge finds little exposure', () => {
  const { stdout } = analyze('security', '--offline=yes', '--no-pager', unit)
  const [, exposure] = /Overall exposure level for dbal\.service: ([\d.]+)/.exec(stdout) ?? []
  expect(Number(exposure)).toBeLessThan(2.5)
})

/** The exit code of the health check. */
function check(origin: string, path: string): Promise<number | null> {
  const child = spawn(process.execPath, [join(DEPLOY, 'healthcheck.mjs'), path], {
    env: { DBAL_HEALTH_ORIGIN: origin },
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', resolve)
  })
}

test('the health check tells a daemon that is ready from one that is not, and from none', async () => {
  const [ready, broken] = await Promise.all([serve(), serve()])
  await broken.client.close()
  const ask = (path: string) =>
    Promise.all([ready, broken].map(({ address }) => check(`http://${address}`, path)))
  expect(await ask('readyz')).toEqual([0, 1])
  expect(await ask('healthz')).toEqual([0, 0])
  await ready.close()
  expect(await ask('healthz')).toEqual([1, 0])
})

import { rpcErrorCode } from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { emitOpenRpc } from '../src/emit/openrpc.ts'
import { DOMAINS, loadDomain, textOf } from './load-domain.ts'

interface Param {
  readonly name: string
  readonly required: boolean
  readonly schema: object
}

interface Method {
  readonly name: string
  readonly summary?: string
  readonly tags?: readonly { readonly name: string }[]
  readonly paramStructure: string
  readonly params: readonly Param[]
  readonly result: { readonly name: string; readonly schema: object }
  readonly errors: readonly { readonly $ref?: string; readonly code?: number }[]
  readonly examples?: readonly {
    readonly name: string
    readonly params: readonly { readonly name: string; readonly value: unknown }[]
    readonly result: { readonly value: unknown }
  }[]
}

interface RpcError {
  readonly code: number
  readonly message: string
  readonly data: { readonly code: string; readonly httpStatus: number }
}

interface Document {
  readonly openrpc: string
  readonly info: { readonly title: string; readonly version: string }
  readonly methods: readonly Method[]
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>
    readonly errors: Readonly<Record<string, RpcError>>
  }
}

function emit(model: Model): Document {
  return JSON.parse(textOf(emitOpenRpc(model), 'openrpc.json')) as Document
}

/** Every `$ref` of a document, with what it leads to. */
function references(document: unknown): [string, unknown][] {
  const found: [string, unknown][] = []
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      if (key === '$ref' && typeof inner === 'string') found.push([inner, resolve(document, inner)])
      else walk(inner)
    }
  }
  walk(document)
  return found
}

function resolve(document: unknown, pointer: string): unknown {
  let at = document
  for (const step of decodeURIComponent(pointer).split('/').slice(1)) {
    at = (at as Record<string, unknown> | undefined)?.[step]
  }
  return at
}

describe.each(DOMAINS)('%s', (domain) => {
  it('is an OpenRPC document of every operation', async () => {
    const model = await loadDomain(domain)
    const document = emit(model)
    expect(document.openrpc).toBe('1.3.2')
    expect(document.info.version).toMatch(/^1\.0\.0\+[0-9a-f]{12}$/)
    expect(document.methods.map(({ name }) => name)).toEqual(
      [...model.entities.values()].flatMap((entity) =>
        [...entity.operations.keys()].map((name) => `${entity.name}.${name}`),
      ),
    )
    for (const key of Object.values(document.components).flatMap((part) => Object.keys(part))) {
      expect(key).toMatch(/^[a-zA-Z0-9._-]+$/)
    }
    for (const method of document.methods) {
      expect(method.paramStructure).toBe('by-name')
      const optional = method.params.findIndex((param) => !param.required)
      const late = method.params.findLastIndex((param) => param.required)
      expect(optional < 0 || late < optional, method.name).toBe(true)
      const names = method.params.map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
      expect(method.result.name).toBe('result')
      expect(method.errors.length).toBeGreaterThan(0)
    }
  })

  it('has no reference that leads nowhere', async () => {
    const found = references(emit(await loadDomain(domain)))
    expect(found.length).toBeGreaterThan(1000)
    for (const [pointer, target] of found) expect(target, pointer).toBeDefined()
  })

  it('gives every error of a method its own number', async () => {
    const document = emit(await loadDomain(domain))
    const { errors } = document.components
    const numbers = Object.values(errors).map(({ code }) => code)
    expect(new Set(numbers).size).toBe(numbers.length)
    for (const { code, data } of Object.values(errors)) {
      expect(code).toBe(rpcErrorCode(data.code, data.httpStatus))
      expect(Math.floor(code / 100)).toBe(data.httpStatus)
    }
    for (const method of document.methods) {
      const listed = method.errors.map((error) =>
        error.$ref === undefined ? error.code : (resolve(document, error.$ref) as RpcError).code,
      )
      expect(new Set(listed).size, method.name).toBe(listed.length)
    }
  })

  it('shows examples that fit their schemas', async () => {
    const document = emit(await loadDomain(domain))
    const ajv = new Ajv({ strict: false, validateFormats: false })
    const { components } = document
    ajv.addSchema({ $id: 'doc', components })
    const fits = (schema: object, value: unknown): boolean => {
      const text = JSON.stringify(schema).replaceAll('"#/components', '"doc#/components')
      return ajv.validate<unknown>(JSON.parse(text) as object, value)
    }
    let shown = 0
    for (const { name, params, result, examples = [] } of document.methods) {
      for (const example of examples) {
        shown += 1
        expect(fits(result.schema, example.result.value), `${name}: ${ajv.errorsText()}`).toBe(true)
        for (const { name: key, value } of example.params) {
          const param = params.find((other) => other.name === key)
          expect(param, `${name}.${key}`).toBeDefined()
          expect(fits(param!.schema, value), `${name}.${key}: ${ajv.errorsText()}`).toBe(true)
        }
        const given = new Set(example.params.map((param) => param.name))
        for (const param of params.filter(({ required }) => required)) {
          expect(given, `${name}.${param.name}`).toContain(param.name)
        }
      }
    }
    expect(shown).toBeGreaterThan(document.methods.length * 0.95)
  })
})

it('tells what one method takes, answers and may fail with', async () => {
  const { methods } = emit(await loadDomain('reference'))
  const verify = methods.find(({ name }) => name === 'Credential.verify')!
  expect(verify).toMatchObject({
    summary: 'Check a username and password',
    tags: [{ name: 'core' }],
    params: [
      { name: 'username', required: true, schema: { type: 'string' } },
      { name: 'password', required: true, schema: { type: 'string' } },
    ],
    result: { name: 'result', schema: { type: 'boolean' } },
    errors: [
      {
        code: 40100,
        message: 'Sign in to do this',
        data: {
          code: 'UNAUTHORIZED',
          httpStatus: 401,
          details: { reason: 'Invalid credentials' },
        },
      },
      { code: 42900, data: { code: 'RATE_LIMIT_EXCEEDED' } },
      { $ref: '#/components/errors/VALIDATION_ERROR' },
    ],
  })
  const create = methods.find(({ name }) => name === 'User.create')!
  expect(create.params.map(({ name }) => name)).not.toContain('id')
})

it('takes a title and a version', async () => {
  const info = { title: 'Library', version: '2.1.0' }
  const text = textOf(emitOpenRpc(await loadDomain('library'), info), 'openrpc.json')
  expect(JSON.parse(text)).toMatchObject({ info })
  expect(text).toMatch(/[^\n]\n$/)
})

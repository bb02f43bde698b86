// Target `client`: client.ts, the contract itself and a client typed by types.ts.
import { modelToJson, type Model } from '@proj/dbal-schema'
import type { Emitter } from '../generated-file.ts'
import { handlerProperties, ruleProperties } from './client/registered-code.ts'
import {
  declareConst,
  declareFunction,
  declareInterface,
  declareType,
  exportAll,
  importAll,
  importDbal,
  importNames,
  type Declaration,
  type Property,
} from './types/declarations.ts'
import { entityScope } from './types/entity-scope.ts'
import { ownOperations } from './types/operation-declarations.ts'
import { printSource } from './types/print-source.ts'
import { quote } from './types/type-text.ts'

export const emitClient: Emitter = (model) => {
  const handlers = handlerProperties(model)
  const rules = ruleProperties(model)
  const needsCode = rules.length > 0 || handlers.some(({ optional }) => optional !== true)
  const statements: Declaration[] = [
    ...imports(model),
    contract(),
    clientInterface(model, 'Client'),
    clientInterface(model, 'SystemClient'),
    declareInterface('Handlers', handlers, {
      doc: { text: 'Code for the operations that have no built-in meaning.' },
    }),
    declareInterface('Rules', rules, {
      doc: { text: 'Validation rules that the contract names.' },
    }),
    declareType('ClientConfig', 'dbal.TypedConfig<Handlers, Rules>'),
    factory(needsCode),
    remoteFactory(),
  ]
  return [{ path: 'client.ts', text: printSource(model, statements) + modelText(model) }]
}

function imports(model: Model): Declaration[] {
  const runtime = importNames(['DBALClient', 'lazyModel'], '@proj/dbal')
  if (model.entities.size === 0) return [runtime, importDbal()]
  return [runtime, importDbal(), importAll('types', TYPES), exportAll(TYPES)]
}

/** Types only, so nothing is resolved at run time. */
const TYPES = './types.js'

function contract(): Declaration {
  // Marked, so that a bundler drops the contract where only the remote client is used.
  return declareConst('model', 'dbal.Model', '/* @__PURE__ */ lazyModel(() => MODEL)', {
    text: 'The contract this client was generated from, read when it is first needed.',
  })
}

function clientInterface(model: Model, name: 'Client' | 'SystemClient'): Declaration {
  const api = name === 'Client' ? 'EntityApi' : 'SystemApi'
  const accessors = [...model.entities.values()].map((entity): Property => {
    const scope = entityScope(model, entity)
    const own = ownOperations(scope).length > 0 ? ` & types.${scope.name('Operations')}` : ''
    return {
      name: entity.accessor,
      type: `dbal.${api}<types.${scope.name('Types')}>${own}`,
      readonly: true,
      doc: { text: entity.description },
    }
  })
  return declareInterface(name, accessors, {
    extends: [`dbal.TypedClient<${name}, Client, SystemClient>`],
    doc: {
      text:
        name === 'Client'
          ? 'The client as a caller has it; `client.as(…)` and `tx` are the same.'
          : 'The trusted process: `client.system()`.',
    },
  })
}

function factory(needsCode: boolean): Declaration {
  return declareFunction(
    'createClient',
    `config: ClientConfig${needsCode ? '' : ' = {}'}`,
    'Client',
    'return new DBALClient({ ...config, schema: model } as dbal.ClientConfig) as unknown as Client;',
    {
      text: 'Opens nothing before the first call. Throws DBALError for a config that makes no sense.',
    },
  )
}

function remoteFactory(): Declaration {
  return declareFunction(
    'createRemoteClient',
    'config: dbal.RemoteClientConfig',
    'Client',
    "return new DBALClient({ ...config, mode: 'production' }) as unknown as Client;",
    {
      text: 'For a web page: the contract and its rules stay in the daemon, which tells what the caller may know of it.',
    },
  )
}

function modelText(model: Model): string {
  // Seeds are data for `dbal seed`, which reads the workspace.
  const json = JSON.stringify(modelToJson({ ...model, seeds: [] }))
  return `\nconst MODEL =\n  ${quote(json)};\n`
}

// Target `client`: client.ts, the contract itself and a client typed by types.ts.
import { modelToJson, type Model } from '@proj/dbal-schema'
import type { StatementStructures } from 'ts-morph'
import type { Emitter } from '../generated-file.ts'
import { loadTsMorph } from '../heavy.ts'
import { handlerProperties, ruleProperties } from './client/registered-code.ts'
import {
  declareInterface,
  declareType,
  exportAll,
  importAll,
  importDbal,
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
  const statements: StatementStructures[] = [
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

function imports(model: Model): StatementStructures[] {
  const runtime: StatementStructures = {
    kind: loadTsMorph().StructureKind.ImportDeclaration,
    namedImports: ['DBALClient', 'lazyModel'],
    moduleSpecifier: '@proj/dbal',
  }
  if (model.entities.size === 0) return [runtime, importDbal()]
  return [runtime, importDbal(), importAll('types', TYPES), exportAll(TYPES)]
}

/** Types only, so nothing is resolved at run time. */
const TYPES = './types.js'

function contract(): StatementStructures {
  const { StructureKind, VariableDeclarationKind } = loadTsMorph()
  return {
    kind: StructureKind.VariableStatement,
    isExported: true,
    declarationKind: VariableDeclarationKind.Const,
    // Marked, so that a bundler drops the contract where only the remote client is used.
    declarations: [
      {
        name: 'model',
        type: 'dbal.Model',
        initializer: '/* @__PURE__ */ lazyModel(() => MODEL)',
      },
    ],
    docs: ['The contract this client was generated from, read when it is first needed.'],
  }
}

function clientInterface(model: Model, name: 'Client' | 'SystemClient'): StatementStructures {
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

function factory(needsCode: boolean): StatementStructures {
  return {
    kind: loadTsMorph().StructureKind.Function,
    name: 'createClient',
    isExported: true,
    parameters: [
      { name: 'config', type: 'ClientConfig', ...(needsCode ? {} : { initializer: '{}' }) },
    ],
    returnType: 'Client',
    docs: [
      'Opens nothing before the first call. Throws DBALError for a config that makes no sense.',
    ],
    statements: [
      'return new DBALClient({ ...config, schema: model } as dbal.ClientConfig) as unknown as Client;',
    ],
  }
}

function remoteFactory(): StatementStructures {
  return {
    kind: loadTsMorph().StructureKind.Function,
    name: 'createRemoteClient',
    isExported: true,
    parameters: [{ name: 'config', type: 'dbal.RemoteClientConfig' }],
    returnType: 'Client',
    docs: [
      'For a web page: the contract and its rules stay in the daemon, which tells what the caller may know of it.',
    ],
    statements: ["return new DBALClient({ ...config, mode: 'production' }) as unknown as Client;"],
  }
}

function modelText(model: Model): string {
  // Seeds are data for `dbal seed`, which reads the workspace.
  const json = JSON.stringify(modelToJson({ ...model, seeds: [] }))
  return `\nconst MODEL =\n  ${quote(json)};\n`
}

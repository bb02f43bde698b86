// One operation as a pure virtual method, with the struct of its input where it needs one of its own.
import type { BuiltIn, Entity, InputSpec, OperationSpec } from '@proj/dbal-schema'
import { operationSummary } from '../operation-summary.ts'
import { optional, SCALARS, type CppDomain } from './cpp-domain.ts'
import type { NameScope } from './cpp-names.ts'
import { cppStruct, type CppMember } from './cpp-struct.ts'
import { docComment } from './cpp-text.ts'

export interface CppOperation {
  readonly input?: string
  readonly method: string
}

const BASIC: ReadonlySet<BuiltIn | undefined> = new Set([
  'create',
  'read',
  'update',
  'delete',
  'list',
])

/** What the spec declares, and the five that no entity is of use without. */
export function cppOperations(
  entity: Entity,
  domain: CppDomain,
  methods: NameScope,
): readonly CppOperation[] {
  return [...entity.operations.values()]
    .filter(({ declared, builtIn }) => declared || BASIC.has(builtIn))
    .map((operation) => cppOperation(entity, operation, domain, methods))
}

function cppOperation(
  entity: Entity,
  operation: OperationSpec,
  domain: CppDomain,
  methods: NameScope,
): CppOperation {
  const { parameters, input } = parametersOf(entity, operation, domain)
  const method = methods.take([entity.name, operation.name], 'snake')
  const answer = `Result<${outputType(entity, operation, domain)}>`
  const lines = [
    ...docComment('  ', `${entity.name}.${operation.name}`, operationSummary(entity, operation)),
    `  virtual ${answer} ${method}(${parameters}) = 0;`,
  ]
  return { method: lines.join('\n'), ...(input === undefined ? {} : { input }) }
}

function parametersOf(
  entity: Entity,
  operation: OperationSpec,
  domain: CppDomain,
): { readonly parameters: string; readonly input?: string } {
  const of = (role: 'create' | 'update' | 'key'): string => domain.struct(entity.name, role)
  switch (operation.builtIn) {
    case 'create':
      return { parameters: `const ${of('create')}& data` }
    case 'create_many':
      return { parameters: `const std::vector<${of('create')}>& items` }
    case 'read':
    case 'delete':
      return { parameters: `const ${of('key')}& key` }
    case 'update':
      return { parameters: `const ${of('key')}& key, const ${of('update')}& changes` }
    case 'aggregate':
      return { parameters: 'const Json& options' }
    default:
      return ownInput(entity, operation, domain)
  }
}

function ownInput(
  entity: Entity,
  operation: OperationSpec,
  domain: CppDomain,
): { readonly parameters: string; readonly input?: string } {
  const members = inputMembers(entity, operation, domain)
  if (members.length === 0) return { parameters: '' }
  const name = domain.input(entity, operation.name)
  const input = cppStruct(name, members, `The input of ${entity.name}.${operation.name}.`)
  return { parameters: `const ${name}& input`, input }
}

const FILTER: CppMember = {
  wire: 'filter',
  type: optional('Json'),
  description: 'As in a call: {"field": value} or {"field": {"operator": value}}.',
}
const ALL: CppMember = {
  wire: 'all',
  type: 'bool',
  description: 'Has to be said without a filter.',
}
const LIST: readonly CppMember[] = [
  FILTER,
  { wire: 'sort', type: optional('Json'), description: '{"field": "asc"} or an array of such.' },
  { wire: 'limit', type: optional('std::int32_t') },
  { wire: 'page', type: optional('std::int32_t') },
  { wire: 'cursor', type: optional('std::string') },
  { wire: 'count', type: 'bool', description: 'Ask for the total.' },
]

/** The operation's own inputs, then what its built-in takes beside them. */
function inputMembers(
  entity: Entity,
  operation: OperationSpec,
  domain: CppDomain,
): readonly CppMember[] {
  const own = operation.input.map((input) => inputMember(entity, input, domain))
  const also = (more: readonly CppMember[]): readonly CppMember[] => [
    ...own.filter(({ wire }) => !more.some((member) => member.wire === wire)),
    ...more,
  ]
  const by = entity.fields.get(operation.byField ?? '')
  const byField = by === undefined ? [] : [{ wire: by.name, type: domain.type(by) }]
  switch (operation.builtIn) {
    case 'update_many':
      return [FILTER, { wire: 'data', type: domain.struct(entity.name, 'update') }, ALL]
    case 'delete_many':
      return [FILTER, ALL]
    case 'upsert':
      return (['where', 'create', 'update'] as const).map((role) => ({
        wire: role,
        type: domain.struct(entity.name, role),
      }))
    case 'list':
      return also(LIST)
    case 'search':
      return also([{ wire: 'query', type: 'std::string' }, ...LIST])
    case 'count':
      return also([FILTER])
    case 'list_by':
      return also([...byField, ...LIST])
    case 'read_by':
    case 'get_by':
      return also(byField)
    default:
      return own
  }
}

function inputMember(entity: Entity, input: InputSpec, domain: CppDomain): CppMember {
  const field = input.field === undefined ? undefined : entity.fields.get(input.field)
  const scalar = input.type === 'list' || input.type === 'object' ? 'Json' : SCALARS[input.type]
  const type = field === undefined ? scalar : domain.type(field)
  return { wire: input.name, type: input.required ? type : optional(type) }
}

function outputType(entity: Entity, operation: OperationSpec, domain: CppDomain): string {
  const { builtIn, output } = operation
  const row = domain.struct(output.kind === 'entity' ? output.entity : entity.name, 'row')
  if (builtIn === 'list' || builtIn === 'search')
    return `Page<${domain.struct(entity.name, 'row')}>`
  if (builtIn === 'aggregate') return 'Json'
  if (output.kind === 'entity') return output.many ? `std::vector<${row}>` : row
  switch (output.type) {
    case 'boolean':
      return 'bool'
    case 'integer':
      return 'std::int64_t'
    case 'float':
      return 'double'
    case 'string':
      return 'std::string'
    case 'json':
      return 'Json'
  }
}

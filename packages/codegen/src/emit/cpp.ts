// One C++17 header of the domain: values, entities, inputs and an abstract client. How a client reaches a
// store, and JSON, are left to whoever implements it; `visit_fields` gives him the wire names.
import type { Model } from '@proj/dbal-schema'
import type { EmittedFile } from '../generated-file.ts'
import { header } from '../header.ts'
import { CppDomain } from './cpp/cpp-domain.ts'
import { cppEntity } from './cpp/cpp-entity.ts'
import { cppErrors } from './cpp/cpp-errors.ts'
import { NameScope } from './cpp/cpp-names.ts'
import { cppOperations } from './cpp/cpp-operation.ts'
import { INCLUDES, RESULTS, VALUES } from './cpp/cpp-prelude.ts'

export function emitCpp(model: Model): readonly EmittedFile[] {
  const domain = new CppDomain(model)
  const entities = [...model.entities.values()]
  const methods = new NameScope(['Client'])
  const operations = entities.map((entity) => cppOperations(entity, domain, methods))
  const text = [
    header(model, '//') + INCLUDES,
    'namespace dbal {\n',
    VALUES,
    FROM_STRING,
    cppErrors(model.errors),
    RESULTS,
    entities.map(({ name }) => `struct ${domain.struct(name, 'row')};\n`).join(''),
    ...entities.map((entity) => cppEntity(entity, domain)),
    ...operations.flatMap((list) => list.flatMap(({ input }) => input ?? [])),
    clientClass(operations.map((list) => list.map(({ method }) => method).join('\n'))),
    '}  // namespace dbal\n',
  ]
  return [{ path: 'dbal.hpp', text: text.join('\n') }]
}

const FROM_STRING = `/// The member that text names, where it names one.
template <class Enum>
std::optional<Enum> from_string(std::string_view text) = delete;
`

function clientClass(methods: readonly string[]): string {
  return [
    '/// The operations of the domain. Every method may answer any error of the catalogue.',
    'class Client {',
    ' public:',
    '  Client() = default;',
    '  Client(const Client&) = delete;',
    '  Client& operator=(const Client&) = delete;',
    '  virtual ~Client() = default;',
    ...methods.filter((text) => text !== '').map((text) => `\n${text}`),
    '};',
    '',
  ].join('\n')
}

import { NameScope } from './cpp-names.ts'
import { docComment, stringLiteral } from './cpp-text.ts'

export interface CppEnum {
  /** The name of the type. */
  readonly name: string
  readonly description?: string | undefined
  /** As on the wire. */
  readonly values: readonly string[]
}

export interface CppMembers {
  readonly text: string
  /** Wire value to member. */
  readonly members: ReadonlyMap<string, string>
}

/** An enum class with `to_string` and `from_string`. */
export function cppEnum({ name, description, values }: CppEnum): CppMembers {
  const scope = new NameScope()
  const members = new Map(values.map((value) => [value, scope.take([value], 'as-is')]))
  const pairs = [...members]
  const text = [
    ...docComment('', description),
    `enum class ${name} {`,
    ...pairs.map(([, member]) => `  ${member},`),
    '};',
    '',
    `constexpr std::string_view to_string(${name} value) noexcept {`,
    '  switch (value) {',
    ...pairs.map(
      ([value, member]) => `    case ${name}::${member}: return ${stringLiteral(value)};`,
    ),
    '  }',
    '  return {};',
    '}',
    '',
    'template <>',
    `inline std::optional<${name}> from_string<${name}>(std::string_view text) {`,
    ...pairs.map(
      ([value, member]) => `  if (text == ${stringLiteral(value)}) return ${name}::${member};`,
    ),
    '  return std::nullopt;',
    '}',
    '',
  ]
  return { text: text.join('\n'), members }
}

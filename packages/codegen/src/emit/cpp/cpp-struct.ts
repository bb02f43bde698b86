import { NameScope } from './cpp-names.ts'
import { docComment, stringLiteral } from './cpp-text.ts'

export interface CppMember {
  /** As on the wire. */
  readonly wire: string
  readonly type: string
  readonly description?: string | undefined
}

/** A struct whose members a codec can walk by their wire names. */
export function cppStruct(
  name: string,
  members: readonly CppMember[],
  ...description: readonly (string | undefined)[]
): string {
  const scope = new NameScope(['visit_fields'])
  const named = members.map((member) => ({ ...member, name: scope.take([member.wire], 'snake') }))
  const visits = named.map(
    (member) => `    visit(${stringLiteral(member.wire)}, &${name}::${member.name});`,
  )
  return [
    ...docComment('', ...description),
    `struct ${name} {`,
    ...named.flatMap((member) => [
      ...docComment('  ', member.description),
      `  ${member.type} ${member.name}{};`,
    ]),
    ...(named.length === 0 ? [] : ['']),
    '  /// Calls visit(wire name, pointer to member) for each member.',
    '  template <class Visitor>',
    `  static void visit_fields(${visits.length === 0 ? 'Visitor&&' : 'Visitor&& visit'}) {`,
    ...visits,
    '  }',
    '};',
    '',
  ].join('\n')
}

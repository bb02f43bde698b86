import type { ErrorCatalogue } from '@proj/dbal-schema'
import { cppEnum } from './cpp-enum.ts'
import { stringLiteral } from './cpp-text.ts'

/** ErrorCode with what the catalogue says of each. */
export function cppErrors({ codes, retry }: ErrorCatalogue): string {
  const specs = [...codes.values()]
  const { text, members } = cppEnum({
    name: 'ErrorCode',
    description: 'The error catalogue.',
    values: specs.map(({ code }) => code),
  })
  const cases = (answer: (index: number) => string): string[] =>
    specs.map(
      ({ code }, i) => `    case ErrorCode::${members.get(code) ?? ''}: return ${answer(i)};`,
    )
  const retryable = specs.filter(({ code }) => retry.retryableCodes.includes(code))
  return [
    text,
    'constexpr int http_status(ErrorCode code) noexcept {',
    '  switch (code) {',
    ...cases((i) => String(specs[i]?.httpStatus ?? 500)),
    '  }',
    '  return 500;',
    '}',
    '',
    'constexpr std::string_view default_message(ErrorCode code) noexcept {',
    '  switch (code) {',
    ...cases((i) => stringLiteral(specs[i]?.message ?? '')),
    '  }',
    '  return {};',
    '}',
    '',
    '/// True where nothing was stored for certain and another try may succeed.',
    'constexpr bool is_retryable([[maybe_unused]] ErrorCode code) noexcept {',
    `  return ${retryable.map(({ code }) => `code == ErrorCode::${members.get(code) ?? ''}`).join(' || ') || 'false'};`,
    '}',
    '',
  ].join('\n')
}

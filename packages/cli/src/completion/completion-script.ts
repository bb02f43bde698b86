// Completion scripts of three shells. They are written out whole: completing runs no program.
import type { DescribedCommand, DescribedFlag } from './describe-program.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

export function completionScript(shell: Shell, commands: readonly DescribedCommand[]): string {
  return { bash, zsh, fish }[shell](commands)
}

function bash(commands: readonly DescribedCommand[]): string {
  const values = commands.flatMap(({ name, flags }) =>
    flags
      .filter(({ takesValue }) => takesValue)
      .map(
        (flag) =>
          `    ${name},${flag.name}) words=${quote(flag.choices.join(' '))}; files=${flag.choices.length === 0 ? 1 : 0} ;;`,
      ),
  )
  const cases = commands.map(
    ({ name, flags, words }) =>
      `      ${name}) words=${quote([...words, ...flags.map((flag) => flag.name)].join(' '))}; files=1 ;;`,
  )
  const names = commands.map(({ name }) => name).join(' ')
  return `# dbal completion for bash: source <(dbal completion bash)
_dbal() {
  local current=\${COMP_WORDS[COMP_CWORD]} words='' files=0
  case "\${COMP_WORDS[1]},\${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
    *)
    if [ "$COMP_CWORD" -eq 1 ]; then words='${names} --help --version'; else
    case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
      help) words='${names}' ;;
    esac; fi ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ "\${#COMPREPLY[@]}" -eq 0 ] && [ "$files" -eq 1 ]; then
    COMPREPLY=($(compgen -f -- "$current"))
    compopt -o filenames 2>/dev/null
  fi
}
complete -F _dbal dbal`
}

function zsh(commands: readonly DescribedCommand[]): string {
  const cases = commands.map(({ name, flags, words }) => {
    const rest = words.length > 0 ? `*: :(${words.join(' ')})` : '*: :_files'
    return `    (${name}) _arguments ${[...flags.map(zshFlag), rest].map(quote).join(' ')} ;;`
  })
  return `#compdef dbal
# dbal completion for zsh: dbal completion zsh > "\${fpath[1]}/_dbal"
_dbal() {
  local -a commands=(
${commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local name="\${words[2]}"
  shift words
  (( CURRENT -= 1 ))
  case "$name" in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = _dbal ]; then _dbal "$@"; else compdef _dbal dbal; fi`
}

function zshFlag({ name, summary, takesValue, choices }: DescribedFlag): string {
  const text = summary.replaceAll(/[[\]\\:]/g, String.raw`\$&`)
  const action = choices.length > 0 ? `(${choices.join(' ')})` : '_files'
  return `${name}[${text}]${takesValue ? `: :${action}` : ''}`
}

function fish(commands: readonly DescribedCommand[]): string {
  const lines = commands.flatMap(({ name, summary, flags, words }) => {
    const on = `complete -c dbal -n '__fish_seen_subcommand_from ${name}'`
    return [
      `complete -c dbal -f -n __fish_use_subcommand -a ${name} -d ${fishQuote(summary)}`,
      ...(words.length > 0 ? [`${on} -f -a ${fishQuote(words.join(' '))}`] : []),
      ...flags.map(({ name: flag, summary: text, takesValue, choices }) =>
        [
          `${on} -l ${flag.slice(2)} -d ${fishQuote(text)}`,
          ...(choices.length > 0 ? [`-x -a ${fishQuote(choices.join(' '))}`] : []),
          ...(takesValue && choices.length === 0 ? ['-r'] : []),
        ].join(' '),
      ),
    ]
  })
  return ['# dbal completion for fish', ...lines].join('\n')
}

/** A word of bash or zsh in single quotes. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** In fish a backslash escapes inside single quotes. */
function fishQuote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`
}

import type { Command, Option } from 'commander'

/** What a shell completes, read from the commands themselves. */
export interface DescribedCommand {
  readonly name: string
  readonly summary: string
  readonly flags: readonly DescribedFlag[]
  /** The words an argument may be, where there are such. */
  readonly words: readonly string[]
}

export interface DescribedFlag {
  /** With its dashes: `--format`. */
  readonly name: string
  readonly summary: string
  readonly takesValue: boolean
  readonly choices: readonly string[]
}

export function describeProgram(program: Command): readonly DescribedCommand[] {
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.description(),
    flags: [
      ...optionsOf(command).map((option) => ({
        name: option.long ?? '',
        summary: option.description,
        takesValue: option.required,
        choices: option.argChoices ?? [],
      })),
      { name: '--help', summary: 'display help for command', takesValue: false, choices: [] },
    ],
    words: [
      ...command.commands.map((inner) => inner.name()),
      ...command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
    ],
  }))
}

/** Its own, and those of the commands inside it, each once. */
function optionsOf(command: Command): readonly Option[] {
  const all = [...command.options, ...command.commands.flatMap(({ options }) => options)]
  return [...new Map(all.map((option) => [option.long, option])).values()]
}

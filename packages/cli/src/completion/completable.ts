import type { Command } from 'commander'

export interface CompletableOption {
  /** `--keys`, and `-k` where there is one. */
  readonly names: readonly string[]
  readonly description: string
  readonly takesValue: boolean
  readonly choices: readonly string[]
}

/** A command and what may stand behind it. */
export interface Completable {
  /** Words from the program on, without it: [] for the program itself, ['keys', 'rotate']. */
  readonly path: readonly string[]
  readonly description: string
  readonly commands: readonly { readonly name: string; readonly description: string }[]
  readonly options: readonly CompletableOption[]
  /** Words that its first argument may be; where there are none it may be a file. */
  readonly words: readonly string[]
}

function optionsOf(command: Command): CompletableOption[] {
  const help = command.createHelp()
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)].map((option) => ({
    names: [option.long, option.short].filter((name) => name !== undefined && name !== null),
    description: option.description,
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
  }))
}

/** Every command of a program, each before those beneath it. */
export function completable(command: Command, path: readonly string[] = []): Completable[] {
  const commands = command.createHelp().visibleCommands(command)
  const own: Completable = {
    path,
    description: command.description(),
    commands: commands.map((each) => ({ name: each.name(), description: each.description() })),
    options: optionsOf(command),
    words: command.registeredArguments[0]?.argChoices ?? [],
  }
  const beneath = commands.filter((each) => each.name() !== 'help')
  return [own, ...beneath.flatMap((each) => completable(each, [...path, each.name()]))]
}

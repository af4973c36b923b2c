import type { Completable, CompletableOption } from './completable.js'

const quoted = (text: string): string => `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`

/** Finds the command that a line is at: a word is one of its names only where it stands behind those before it. */
const helper = (name: string, commands: readonly Completable[]): string => `function __${name}_at
    set -l path
    for word in (commandline -opc)
        set -l next (string join ' ' -- $path $word)
        contains -- $next ${commands
          .filter(({ path }) => path.length > 0)
          .map(({ path }) => quoted(path.join(' ')))
          .join(' ')}; and set path $next
    end
    test "$path" = "$argv[1]"
end`

function optionLine(name: string, condition: string, { names, description, takesValue, choices }: CompletableOption): string {
  const [long, short] = names
  const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r' : ''
  return `complete -c ${name} -n ${quoted(condition)} -l ${long!.slice(2)}${short ? ` -s ${short.slice(1)}` : ''}${value} -d ${quoted(description)}`
}

export function fishScript(name: string, commands: readonly Completable[]): string {
  const lines = commands.flatMap((command) => {
    const condition = `__${name}_at ${quoted(command.path.join(' '))}`
    return [
      ...command.commands.map(
        (each) => `complete -c ${name} -n ${quoted(condition)} -f -a ${each.name} -d ${quoted(each.description)}`,
      ),
      ...command.words.map((word) => `complete -c ${name} -n ${quoted(condition)} -f -a ${word}`),
      ...command.options.map((option) => optionLine(name, condition, option)),
    ]
  })
  return `${helper(name, commands)}\n${lines.join('\n')}\n`
}

import type { Completable, CompletableOption } from './completable.js'

const quoted = (text: string): string => `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`

/** Whether a line is at a command: behind its words, and before those of another beneath it. */
const conditionOf = ({ path, commands }: Completable): string => {
  const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`)
  const names = commands.map(({ name }) => name).join(' ')
  return [...seen, ...(names ? [`not __fish_seen_subcommand_from ${names}`] : [])].join('; and ')
}

function optionLine(name: string, condition: string, { names, description, takesValue, choices }: CompletableOption): string {
  const [long, short] = names
  const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r' : ''
  return `complete -c ${name} -n ${quoted(condition)} -l ${long!.slice(2)}${short ? ` -s ${short.slice(1)}` : ''}${value} -d ${quoted(description)}`
}

export function fishScript(name: string, commands: readonly Completable[]): string {
  const lines = commands.flatMap((command) => {
    const condition = conditionOf(command)
    return [
      ...command.commands.map(
        (each) => `complete -c ${name} -n ${quoted(condition)} -f -a ${each.name} -d ${quoted(each.description)}`,
      ),
      ...command.words.map((word) => `complete -c ${name} -n ${quoted(condition)} -f -a ${word}`),
      ...command.options.map((option) => optionLine(name, condition, option)),
    ]
  })
  return `${lines.join('\n')}\n`
}

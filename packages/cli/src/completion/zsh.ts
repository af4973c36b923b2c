import type { Completable, CompletableOption } from './completable.js'

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
/** Signs that mean something within a specification of _arguments. */
const escaped = (text: string): string => text.replace(/[[\]:\\]/g, (character) => `\\${character}`)

const functionOf = (name: string, path: readonly string[]): string => ['', name, ...path].join('_').replaceAll('-', '_')

function specificationsOf({ names, description, takesValue, choices }: CompletableOption): string[] {
  const value = choices.length > 0 ? `:value:(${choices.join(' ')})` : takesValue ? ':value:_files' : ''
  return names.map((each) => quoted(`*${each}[${escaped(description)}]${value}`))
}

function bodyOf(name: string, command: Completable): string {
  const specifications = command.options.flatMap(specificationsOf)
  const { commands, words, path } = command
  if (commands.length === 0) {
    const first = words.length > 0 ? `1:word:(${words.join(' ')})` : '*:file:_files'
    return `  _arguments ${[...specifications, quoted(first)].join(' \\\n    ')}`
  }
  const described = commands.map((each) => quoted(`${each.name}:${escaped(each.description)}`))
  const beneath = commands
    .filter((each) => each.name !== 'help')
    .map((each) => `    ${each.name}) ${functionOf(name, [...path, each.name])} ;;`)
  return `  local state line
  _arguments -C ${[...specifications, "'1: :->command'", "'*:: :->rest'"].join(' \\\n    ')}
  case $state in
  command)
    local -a commands=(${described.join(' ')})
    _describe command commands
    ;;
  rest)
    case $line[1] in
${beneath.join('\n')}
    esac
    ;;
  esac`
}

export function zshScript(name: string, commands: readonly Completable[]): string {
  const functions = commands.map((command) => `${functionOf(name, command.path)}() {\n${bodyOf(name, command)}\n}`)
  return `#compdef ${name}
${functions.join('\n')}
if [[ $funcstack[1] == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`
}

import type { Completable } from './completable.js'

const listed = (words: readonly string[]): string => `'${words.join(' ')}'`

/** What stands behind the words of a command; choices of an option before anything else. */
function caseOf({ path, commands, options, words }: Completable): string {
  const names = options.flatMap((option) => option.names)
  const choices = options.filter((option) => option.choices.length > 0)
  return `    ${path.length === 0 ? "''" : `'${path.join(' ')}'`})
      options=${listed(names)}
      words=${listed([...commands.map(({ name }) => name), ...words])}${choices
        .map((option) => `\n      [[ $previous == @(${option.names.join('|')}) ]] && options= words=${listed(option.choices)}`)
        .join('')}
      ;;`
}

/** For bash 4 and later. It completes from what stands in it, and runs nothing. */
export function bashScript(name: string, commands: readonly Completable[]): string {
  const paths = commands.filter(({ path }) => path.length > 0).map(({ path }) => `'${path.join(' ')}'`)
  return `_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local path= options= words= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${paths.join(' | ')}) path="\${path:+$path }$word" ;;
    esac
  done
  case $path in
${commands.map(caseOf).join('\n')}
  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  fi
}
complete -o default -F _${name} ${name}
`
}

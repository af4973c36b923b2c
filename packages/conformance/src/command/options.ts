import { parseArgs } from 'node:util'

/** What a command line asks for, or what is wrong with it. */
export type Asked =
  | { readonly kind: 'help' }
  | { readonly kind: 'fakes'; readonly only: readonly string[]; readonly port: number }
  | { readonly kind: 'wrong'; readonly message: string }

const wrong = (message: string): Asked => ({ kind: 'wrong', message })

/** Reads the arguments of the command; `names` are the fakes there are. */
export function readOptions(args: readonly string[], names: readonly string[]): Asked {
  const options = { only: { type: 'string' }, port: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true; args: string[] }>>
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    return wrong(error instanceof Error ? error.message : 'the arguments cannot be read')
  }
  const { values, positionals } = parsed
  if (values.help) return { kind: 'help' }
  if (positionals.length !== 1 || positionals[0] !== 'fakes') return wrong('the one command is: fakes')
  const only = values.only === undefined ? names : [...new Set(values.only.split(','))]
  const unknown = only.find((name) => !names.includes(name))
  if (unknown !== undefined) return wrong(`--only: there is no fake "${unknown}", there are ${names.join(', ')}`)
  const port = values.port ?? '0'
  if (!/^\d{1,5}$/.test(port) || Number(port) + only.length - 1 > 65535)
    return wrong('--port: a number of 0 to 65535, with room for one port a fake')
  return { kind: 'fakes', only, port: Number(port) }
}

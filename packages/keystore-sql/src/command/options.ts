import { parseArgs } from 'node:util'

/** What a command line asks for, or what is wrong with it. */
export type Asked =
  | { readonly kind: 'help' }
  | { readonly kind: 'migrate'; readonly url: string; readonly audit: boolean }
  | { readonly kind: 'wrong'; readonly message: string }

const wrong = (message: string): Asked => ({ kind: 'wrong', message })

export function readOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Asked {
  const options = { 'no-audit': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true; args: string[] }>>
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true })
  } catch {
    return wrong('the arguments cannot be read')
  }
  const { values, positionals } = parsed
  if (values.help) return { kind: 'help' }
  if (positionals[0] !== 'migrate' || positionals.length > 2) return wrong('the one command is: migrate [url]')
  const url = positionals[1] ?? env.DATABASE_URL
  if (!url) return wrong('which database? Give its URL, or set DATABASE_URL')
  return { kind: 'migrate', url, audit: !values['no-audit'] }
}

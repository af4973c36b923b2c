import type { Bind } from './statement.js'

interface KeyName {
  readonly kid: string
  readonly version?: number | undefined
}

interface CurrentKey {
  readonly kid: string
  readonly version: number
  readonly suite: 'aes-256-gcm' | 'chacha20-poly1305'
  readonly wrapped: boolean
}

/** What the engine asks for, in the shape that `@waxseal/reseal` gives it. */
export type Narrowing =
  | { readonly on: readonly KeyName[]; readonly unknown?: boolean | undefined }
  | { readonly notOn: CurrentKey }

/** What begins an envelope, of whichever version (spec section 8). */
export const ENVELOPE = 'wax[1-9][0-9]*[.]'
const HEAD = 'wax1[.]c(256|20)(w|x|wx|)[.]'
const TOKENS = { 'aes-256-gcm': 'c256', 'chacha20-poly1305': 'c20' } as const

/** The parts that are asked for, as a condition on their text, in which an envelope stands as it is. */
export function narrowed(narrowing: Narrowing, bind: Bind): string {
  if ('notOn' in narrowing) {
    const { kid, version, suite, wrapped } = narrowing.notOn
    const current = `wax1[.]${TOKENS[suite]}${wrapped ? '(w|wx)' : '(x|)'}[.]${kid}~${version}[.][^"\\s]*`
    // One envelope in an object without further ones, or in the line of an error.
    const moved = `^([{][^][{}]*"[$]sealed": ?"${current}"[^][{}]*[}]|[A-Za-z]+: \\[sealed\\]( \\([a-z_]+\\))? ${current})$`
    return `s.value !~ ${bind(moved)}::text`
  }
  const named = narrowing.on.map(({ kid, version }) => (version === undefined ? `.${kid}~` : `.${kid}~${version}.`))
  const any = [
    ...named.map((locator) => `strpos(s.value, ${bind(locator)}::text) > 0`),
    `s.value ~ 'wax1[.]c(256|20)w'`,
    // What is left when all known beginnings are taken away.
    ...(narrowing.unknown ? [`regexp_replace(s.value, '${HEAD}', '', 'g') ~ '${ENVELOPE}'`] : []),
  ]
  return `(${any.join(' OR ')})`
}

import type { Bind } from './rows.js'

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

/**
 * The values that are asked for, as a condition. An envelope is ASCII, so that it stands in a value's text as it is, wherever in the
 * value it is: the text tells what may name a key, and only parsing tells whether it does.
 */
export function narrowed(narrowing: Narrowing, bind: Bind): string {
  const text = 's.value::text'
  if ('notOn' in narrowing) {
    const { kid, version, suite, wrapped } = narrowing.notOn
    const current = `^wax1[.]${TOKENS[suite]}${wrapped ? '(w|wx)' : '(x|)'}[.]${kid}~${version}[.]`
    const envelope = `CASE WHEN s.at = 1 THEN s.value->>'$sealed' ELSE COALESCE(s.value->>'$error', s.value->>'$sealed') END`
    return `(${envelope} ~ ${bind(current)}::text) IS NOT TRUE`
  }
  const named = narrowing.on.map(({ kid, version }) => (version === undefined ? `.${kid}~` : `.${kid}~${version}.`))
  const any = [
    ...named.map((locator) => `strpos(${text}, ${bind(locator)}::text) > 0`),
    `${text} ~ 'wax1[.]c(256|20)w'`,
    // What is left when all known beginnings are taken away.
    ...(narrowing.unknown ? [`regexp_replace(${text}, '${HEAD}', '', 'g') ~ '${ENVELOPE}'`] : []),
  ]
  return `(${any.join(' OR ')})`
}

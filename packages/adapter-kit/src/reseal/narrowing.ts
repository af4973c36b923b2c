/** A key, or one version of it. */
export interface KeyName {
  readonly kid: string
  readonly version?: number | undefined
}

/** The key under which an envelope needs no re-encryption, and how it is written then. */
export interface CurrentKey {
  readonly kid: string
  readonly version: number
  readonly suite: 'aes-256-gcm' | 'chacha20-poly1305'
  readonly wrapped: boolean
}

/** What the engine asks for, in the shape that `@waxseal/reseal` gives it. */
export type Narrowing =
  | { readonly on: readonly KeyName[]; readonly unknown?: boolean | undefined }
  | { readonly notOn: CurrentKey }

// Patterns that JavaScript and PostgreSQL read alike.
/** What begins an envelope, of whichever version (spec section 8). */
export const ENVELOPE = 'wax[1-9][0-9]*[.]'
/** What begins an envelope of those that are known. */
export const HEAD = 'wax1[.]c(256|20)(w|x|wx|)[.]'
/** What begins an envelope whose text does not tell its key. */
export const WRAPPED = 'wax1[.]c(256|20)w'

const TOKENS = { 'aes-256-gcm': 'c256', 'chacha20-poly1305': 'c20' } as const

/** What begins an envelope on the current key. */
export const currentHead = ({ kid, version, suite, wrapped }: CurrentKey): string =>
  `wax1[.]${TOKENS[suite]}${wrapped ? '(w|wx)' : '(x|)'}[.]${kid}~${version}[.]`

/** The text by which an envelope names a key. */
export const locatorOf = ({ kid, version }: KeyName): string => (version === undefined ? `.${kid}~` : `.${kid}~${version}.`)

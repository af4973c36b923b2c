import { type MaybePromise, WaxsealError } from '@waxseal/core'

/** Keys in the shape of OJS's own `KeyProvider`. */
export interface OjsKeys {
  /** The 32 bytes of the key with this id. Undefined, or a WaxsealError, says that there is none; any other error that it is out of reach. */
  getKey(keyId: string): MaybePromise<Uint8Array | undefined>
  /** The key that encodes. */
  getCurrentKeyId(): string
}

/** The part of an Open Job Spec job that encoding changes. */
export interface OjsJob {
  readonly args: unknown
  readonly meta?: Readonly<Record<string, unknown>> | undefined
}

/** What stands in place of encoded args, of an encoded result or of an encoded member. */
export interface OjsEncoded {
  readonly ojs_encoded: true
  /** Outermost first: `binary/encrypted`, `binary/encrypted+gzip`. */
  readonly encoding: string
  /** Base64 with padding. */
  readonly data: string
  readonly metadata?: { readonly encryption_key_id?: string; readonly [name: string]: unknown }
}

export const ENCODINGS = 'ojs.codec.encodings'
export const KEY_ID = 'ojs.codec.key_id'
export const NONCE = 'ojs.codec.nonce'
export const PATHS = 'ojs.codec.paths'

/** Of implementations that came before the specification. */
export const LEGACY = {
  flags: ['ojs.encryption.encrypted', '_encrypted', 'ojs_encoded'],
  keyIds: ['ojs.encryption.key_id', '_encryption_key_id', 'ojs_key_id'],
  nonces: ['ojs.encryption.nonce', 'ojs_nonce'],
  others: ['ojs.encryption.algorithm'],
} as const

const OURS: readonly string[] = [
  ...[ENCODINGS, KEY_ID, NONCE, PATHS],
  ...[...LEGACY.flags, ...LEGACY.keyIds, ...LEGACY.nonces, ...LEGACY.others],
]

export const malformed = (what: string): never => {
  throw new WaxsealError('malformed', `the encoded job is malformed: ${what}`)
}

/** An own member of an object. */
export const own = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined

/** The first of these members that is there. */
export const firstOf = (value: unknown, names: readonly string[]): unknown =>
  names.map((name) => own(value, name)).find((member) => member !== undefined)

/** Whether a value says that it is encoded: it need not be well-formed. */
export const isOjsEncoded = (value: unknown): boolean => own(value, 'ojs_encoded') === true

/** `meta` without what tells how a job is encoded. */
export const withoutOjsCodecMeta = (meta: OjsJob['meta']): Record<string, unknown> =>
  Object.fromEntries(Object.entries(meta ?? {}).filter(([name]) => !OURS.includes(name)))

/**
 * What a job claims to be, by any dialect's marks: `whole` args or some `members` of them are encoded, or neither. A claim only: what
 * is behind it shows in reading.
 */
export function ojsFormOf(job: OjsJob): 'whole' | 'members' | 'plain' {
  if (own(job.meta, PATHS) !== undefined) return 'members'
  const flagged =
    isOjsEncoded(job) ||
    [job.args, own(job.args, '0')].some(isOjsEncoded) ||
    own(job.meta, ENCODINGS) !== undefined ||
    LEGACY.flags.some((name) => own(job.meta, name) === true)
  return flagged ? 'whole' : 'plain'
}

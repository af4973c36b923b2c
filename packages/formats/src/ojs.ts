import { WaxsealError } from '@waxseal/core'
import { toBase64 } from '@waxseal/core/keys'
import {
  base64,
  decode,
  ENCRYPTED,
  encrypt,
  type Found,
  jsonOf,
  type OjsReadOptions,
  type OjsWriteOptions,
  versioned,
  wordOf,
} from './ojs-encryption.js'
import {
  ENCODINGS,
  firstOf,
  isOjsEncoded,
  KEY_ID,
  LEGACY,
  malformed,
  NONCE,
  type OjsEncoded,
  type OjsJob,
  ojsFormOf,
  own,
  withoutOjsCodecMeta,
} from './ojs-job.js'

/**
 * How args are written. `spec`: as the specification says, one marked object. `js`: as the SDKs for JavaScript and Python, the nonce
 * in `meta`. `blob`: as those for Java, Ruby, Rust and PHP, the nonce before the ciphertext.
 */
export type OjsDialect = 'spec' | 'js' | 'blob'

/** A job with other args. */
export type OjsRecoded<Job> = Omit<Job, 'args' | 'meta'> & { readonly args: unknown; readonly meta: Record<string, unknown> }

const NONCE_BYTES = 12

/** A value as the marked object of the specification, complete in itself: for results and members of args. */
export async function writeOjsValue(value: unknown, options: OjsWriteOptions): Promise<OjsEncoded> {
  const { sealed, keyId, encodings } = await encrypt(value, options)
  return { ojs_encoded: true, encoding: wordOf(encodings), data: versioned(sealed), metadata: { encryption_key_id: keyId } }
}

/** `binary/encrypted+gzip` lists the outermost first. */
const encodingsIn = (encoded: unknown): readonly unknown[] => {
  const encoding = own(encoded, 'encoding')
  if (encoding === undefined) return [ENCRYPTED]
  return typeof encoding === 'string' ? encoding.split('+').toReversed() : malformed('its encoding is no text')
}

const keyIdIn = (encoded: unknown): unknown => own(own(encoded, 'metadata'), 'encryption_key_id')

/** What `writeOjsValue` wrote. Throws a WaxsealError for anything else; ciphertext is never returned. */
export async function readOjsValue(encoded: unknown, options: OjsReadOptions): Promise<unknown> {
  if (!isOjsEncoded(encoded)) malformed('a value is not marked as encoded')
  const found = { bytes: base64(own(encoded, 'data')), keyId: keyIdIn(encoded), encodings: encodingsIn(encoded) }
  return jsonOf(await decode(found, options))
}

/**
 * A job with encoded args. Members of `meta` that tell of an earlier encoding are replaced, all others stay. `config` where a dialect
 * has no compression.
 *
 * @example
 * const { args, meta } = await writeOjsJob({ args: [{ card }] }, { keys, compress: gzip })
 */
export async function writeOjsJob<Job extends OjsJob>(
  job: Job,
  { dialect = 'spec', ...options }: OjsWriteOptions & { readonly dialect?: OjsDialect | undefined },
): Promise<OjsRecoded<Job>> {
  if (dialect !== 'spec' && options.compress)
    throw new WaxsealError('config', 'only the dialect of the specification is compressed: the others have no reader for it')
  const { sealed, keyId, encodings } = await encrypt(job.args, options)
  const meta = { ...withoutOjsCodecMeta(job.meta), [ENCODINGS]: encodings, [KEY_ID]: keyId }
  switch (dialect) {
    case 'js': {
      const [nonce, rest] = [sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES)]
      return { ...job, args: [toBase64(rest)], meta: { ...meta, [NONCE]: toBase64(nonce) } }
    }
    case 'blob':
      return { ...job, args: [toBase64(sealed)], meta }
    case 'spec': {
      const encoded: OjsEncoded = { ojs_encoded: true, encoding: wordOf(encodings), data: versioned(sealed) }
      return { ...job, args: [encoded], meta }
    }
    default:
      throw new WaxsealError('config', 'the dialect is not known')
  }
}

/** Where the bytes of encoded args are, in any dialect. */
function findBytes({ args }: OjsJob): { readonly encoded: unknown; readonly text: unknown } {
  const first = Array.isArray(args) && args.length === 1 ? args[0] : args
  if (isOjsEncoded(first)) return { encoded: first, text: own(first, 'data') }
  return typeof first === 'string' ? { encoded: undefined, text: first } : malformed('it is marked, but its args are not encoded')
}

function find(job: OjsJob): Found {
  const { encoded, text } = findBytes(job)
  const listed = own(job.meta, ENCODINGS)
  if (listed !== undefined && !Array.isArray(listed)) malformed('its encodings are no list')
  const nonce = firstOf(job.meta, [NONCE, ...LEGACY.nonces])
  return {
    bytes: base64(text),
    keyId: own(job.meta, KEY_ID) ?? keyIdIn(encoded) ?? firstOf(job.meta, LEGACY.keyIds),
    nonce: nonce === undefined ? undefined : base64(nonce),
    encodings: (listed as unknown[] | undefined) ?? encodingsIn(encoded),
  }
}

/**
 * A job with its args decoded, in whatever dialect they were written, and without the members of `meta` that tell how. A job that is
 * marked as encoded and cannot be decoded throws a WaxsealError, and so does one that is not marked (`plaintext_rejected`): neither
 * ciphertext nor plaintext passes as something else.
 *
 * @example
 * const { args } = await readOjsJob(job, { keys })
 */
export async function readOjsJob<Job extends OjsJob>(job: Job, options: OjsReadOptions): Promise<OjsRecoded<Job>> {
  if (typeof job !== 'object' || job === null) malformed('it is no object')
  const form = ojsFormOf(job)
  if (form === 'plain') throw new WaxsealError('plaintext_rejected', 'the job is in clear')
  if (form === 'members') malformed('members of its args are encoded, not all of them')
  const args = jsonOf(await decode(find(job), options))
  return { ...job, args, meta: withoutOjsCodecMeta(job.meta) }
}

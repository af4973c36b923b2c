import { WaxsealError } from '@waxseal/core'
import { toBase64 } from '@waxseal/core/keys'
import {
  base64,
  decode,
  ENCRYPTED,
  encrypt,
  jsonOf,
  type OjsReadOptions,
  type OjsWriteOptions,
  versioned,
  wordOf,
} from './ojs-encryption.js'
import { malformed, own } from './ojs-job.js'

const GO_CODEC = 'ojs_codec'
const GO_KEY_ID = 'ojs_key_id'
const GO_NAME = 'aes-256-gcm'

/** A payload of the codec server's protocol; metadata are plain texts. */
export interface OjsPayload {
  /** Base64 with padding. */
  readonly data: string
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

/** `spec`: `encoding` and `encryption_key_id`. `codec-server`: `ojs_codec` and `ojs_key_id`, as the reference codec server has them. */
export type OjsPayloadDialect = 'spec' | 'codec-server'

/** The dialect by which a payload is encoded; undefined where it is in none. */
export function ojsPayloadDialectOf({ metadata }: OjsPayload): OjsPayloadDialect | undefined {
  if (own(metadata, GO_CODEC) !== undefined) return 'codec-server'
  const encoding = own(metadata, 'encoding')
  return encoding === undefined || encoding === 'json/plain' ? undefined : 'spec'
}

/** A payload of JSON, encrypted. */
export async function writeOjsPayload(
  payload: OjsPayload,
  { dialect = 'spec', ...options }: OjsWriteOptions & { readonly dialect?: OjsPayloadDialect | undefined },
): Promise<OjsPayload> {
  if (dialect === 'codec-server' && options.compress)
    throw new WaxsealError('config', 'the reference codec server has no compression')
  const { sealed, keyId, encodings } = await encrypt(jsonOf(base64(payload.data)), options)
  if (dialect === 'codec-server') return { data: toBase64(sealed), metadata: { [GO_CODEC]: GO_NAME, [GO_KEY_ID]: keyId } }
  return { data: versioned(sealed), metadata: { encoding: wordOf(encodings), encryption_key_id: keyId } }
}

/** The payload decoded, as its dialect answers. `malformed` for one that is in none. */
export async function readOjsPayload(payload: OjsPayload, options: OjsReadOptions): Promise<OjsPayload> {
  const { data, metadata } = payload
  const dialect = ojsPayloadDialectOf(payload) ?? malformed('a payload is not encoded')
  const encoding = dialect === 'spec' ? own(metadata, 'encoding') : own(metadata, GO_CODEC) === GO_NAME ? ENCRYPTED : undefined
  if (typeof encoding !== 'string') return malformed('the codec of a payload is not known')
  const keyId = own(metadata, dialect === 'spec' ? 'encryption_key_id' : GO_KEY_ID)
  const bytes = await decode({ bytes: base64(data), keyId, encodings: encoding.split('+').toReversed() }, options)
  const decoded = toBase64(bytes)
  return dialect === 'spec' ? { data: decoded, metadata: { encoding: 'json/plain' } } : { data: decoded }
}

import { backend } from '#backend'
import { fail } from '../errors.js'
import { concatBytes } from './bytes.js'
import { CHUNK_BYTES, isSealedLength, TAG_BYTES } from './chunks.js'
import { parseStoredContext } from './context.js'
import { COMMITMENT_BYTES, MAGIC, SALT_BYTES, VERSION } from './derive.js'
import { decodeLeb128, encodeLeb128 } from './leb128.js'
import { SUITES, type Suite, type SuiteRow, suiteById } from './suites.js'

/** Where to look for the key. Comes from whoever wrote the envelope: it selects among configured keys and nothing else. */
export interface Locator {
  /** 1 to 64 characters of [a-z0-9-]. */
  readonly kid: string
  /** 0 to 4294967295. */
  readonly version: number
  /** The wrapped data key, 1 to 6144 bytes, in wrapped mode. */
  readonly wrapped?: Uint8Array | undefined
}

/** Everything before the ciphertext (spec sections 2 and 3). */
export interface Header {
  readonly suite: SuiteRow
  readonly locator: Locator
  /** Canonical encoding of the stored context, 1 to 4096 bytes. */
  readonly stored?: Uint8Array | undefined
}

/** A header as it was read. */
export interface ReadHeader extends Header {
  /** What `stored` holds, frozen. */
  readonly context?: Readonly<Record<string, string>> | undefined
}

export interface Envelope extends ReadHeader {
  /** salt (24 bytes) || commitment (32 bytes) || chunks. */
  readonly body: Uint8Array
}

export const BODY_HEADER_BYTES: number = SALT_BYTES + COMMITMENT_BYTES
/** Of the wrapped data key in a locator (spec section 2). */
export const MAX_WRAPPED_KEY_BYTES = 6144
/** Of the canonical encoding of the stored context. */
export const MAX_STORED_CONTEXT_BYTES = 4096
const PREFIX = 'wax1.'
const LETTERS = ['', 'w', 'x', 'wx']

export const isKid = (kid: unknown): kid is string => typeof kid === 'string' && /^[a-z0-9-]{1,64}$/.test(kid)
export const isKeyVersion = (version: unknown): version is number =>
  Number.isInteger(version) && (version as number) >= 0 && (version as number) <= 0xffffffff

const storedContexts = new Map<string, Required<Pick<ReadHeader, 'stored' | 'context'>>>()
const MAX_KEPT = 256
const MAX_KEPT_LENGTH = 1024

const malformed = (what: string): never => fail('malformed', `not a well-formed envelope: ${what}`)
const ascii = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0))

function section(bytes: Uint8Array | undefined): Uint8Array[] {
  return bytes ? [Uint8Array.from(encodeLeb128(bytes.length)), bytes] : []
}

/** Binary header of spec section 2. */
export function encodeHeader({ suite, locator, stored }: Header): Uint8Array {
  const mode = (locator.wrapped ? 1 : 0) | (stored ? 2 : 0)
  const fixed = [MAGIC, VERSION, suite.id, mode, locator.kid.length, ...ascii(locator.kid), ...encodeLeb128(locator.version)]
  return concatBytes(Uint8Array.from(fixed), ...section(locator.wrapped), ...section(stored))
}

/** What stands before the body in the string form of spec section 3, last dot included. */
export function encodeStringHeader({ suite, locator, stored }: Header): string {
  const letters = (locator.wrapped ? 'w' : '') + (stored ? 'x' : '')
  const part = (bytes: Uint8Array | undefined) => (bytes ? `${backend.toBase64url(bytes)}.` : '')
  return `${PREFIX}${suite.token}${letters}.${locator.kid}~${locator.version}.${part(locator.wrapped)}${part(stored)}`
}

type DecodedHeader = ReadHeader & { readonly end: number }

/** Headers repeat from job to job: the last one that was read, and its bytes, which say all of it and where it ends. */
let last: { readonly bytes: Uint8Array; readonly header: DecodedHeader } | undefined

function beginsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  if (bytes.length < beginning.length) return false
  for (let at = 0; at < beginning.length; at++) if (bytes[at] !== beginning[at]) return false
  return true
}

/** A header, and where in `bytes` its body begins; throws a RangeError-free `malformed` on anything that is not exact. */
export function decodeHeader(bytes: Uint8Array): DecodedHeader {
  if (last && beginsWith(bytes, last.bytes)) return last.header
  const header = readHeader(bytes)
  if (header.end > MAX_KEPT_LENGTH) return header
  // Read anew from bytes that nobody else holds.
  const own = new Uint8Array(bytes.subarray(0, header.end))
  last = { bytes: own, header: readHeader(own) }
  return last.header
}

function readHeader(bytes: Uint8Array): DecodedHeader {
  const [magic, version, suiteId, mode, kidLength] = bytes
  if (magic !== MAGIC || kidLength === undefined) return malformed('its first bytes')
  if (version !== VERSION) return fail('unsupported_version', `envelope version ${version} is not supported`)
  const suite = suiteById(suiteId!) ?? fail('unsupported_suite', `suite ${suiteId} is not supported`)
  if (mode! > 3) return malformed('its mode')
  const kid = bytes.length < 5 + kidLength ? '' : String.fromCharCode(...bytes.subarray(5, 5 + Math.min(kidLength, 64)))
  if (kid.length !== kidLength || !isKid(kid)) return malformed('its kid')
  let { value, end } = decodeLeb128(bytes, 5 + kidLength)
  const keyVersion = value
  const part = (limit: number): Uint8Array => {
    ;({ value, end } = decodeLeb128(bytes, end, limit))
    if (value === 0 || end + value > bytes.length) return malformed('a part of its header')
    const from = end
    end += value
    return bytes.subarray(from, end)
  }
  const wrapped = mode! & 1 ? part(MAX_WRAPPED_KEY_BYTES) : undefined
  const stored = mode! & 2 ? part(MAX_STORED_CONTEXT_BYTES) : undefined
  const context = stored && parseStoredContext(stored)
  return { suite, locator: { kid, version: keyVersion, wrapped }, stored, context, end }
}

function checkBodyLength(length: number): number {
  if (length < BODY_HEADER_BYTES || !isSealedLength(length - BODY_HEADER_BYTES)) malformed('its length')
  return length
}

function checkBody(body: Uint8Array): Uint8Array {
  checkBodyLength(body.length)
  return body
}

function decodePart(encoded: string, limit: number): Uint8Array {
  const bytes = encoded === '' || encoded.length > Math.ceil((limit * 4) / 3) ? undefined : backend.fromBase64url(encoded)
  return bytes && bytes.length <= limit ? bytes : malformed('a part that is not canonical base64url within its limit')
}

/** Contexts repeat from job to job: what was read once is kept by its text. */
function decodeStored(encoded: string): Required<Pick<ReadHeader, 'stored' | 'context'>> {
  const known = storedContexts.get(encoded)
  if (known) return known
  const stored = decodePart(encoded, MAX_STORED_CONTEXT_BYTES)
  const read = { stored, context: parseStoredContext(stored) }
  if (encoded.length <= MAX_KEPT_LENGTH) {
    if (storedContexts.size >= MAX_KEPT) storedContexts.clear()
    // Written anew: a part of the envelope's text would keep all of it alive.
    storedContexts.set(backend.toBase64url(stored), read)
  }
  return read
}

/** The same for the string form: the last header, and its text with the dot before the body. */
let lastString: { readonly text: string; readonly header: ReadHeader } | undefined

function decodeString(text: string): Envelope {
  if (!lastString || !text.startsWith(lastString.text)) {
    const header = readString(text)
    const own = encodeStringHeader(header)
    if (own.length > MAX_KEPT_LENGTH) return { ...header, body: decodeBody(text, own.length) }
    // Read anew from a text that nobody else holds: parts of the envelope's would keep all of it alive.
    lastString = { text: own, header: readString(own) }
  }
  const { header } = lastString
  const { wrapped } = header.locator
  // A key service may write into what it is given; what is kept stays as it was read.
  const locator = wrapped ? { ...header.locator, wrapped: wrapped.slice() } : header.locator
  return { ...header, locator, body: decodeBody(text, lastString.text.length) }
}

const decodeBody = (text: string, from: number): Uint8Array => checkBody(decodePart(text.slice(from), Number.MAX_SAFE_INTEGER))

function readString(text: string): ReadHeader {
  const parts = text.split('.', 8)
  const [prefix, name = '', place = '', ...rest] = parts
  if (prefix !== 'wax1')
    return looksSealed(text) ? fail('unsupported_version', 'the envelope version is not supported') : malformed('its prefix')
  const suite = SUITES.find((row) => name.startsWith(row.token) && LETTERS.includes(name.slice(row.token.length)))
  if (!suite) return fail('unsupported_suite', 'the suite of the envelope is not supported')
  const letters = name.slice(suite.token.length)
  if (rest.length !== 1 + letters.length) return malformed('its number of parts')
  const tilde = place.indexOf('~')
  const kid = place.slice(0, Math.max(tilde, 0))
  const digits = place.slice(tilde + 1)
  if (!isKid(kid) || !/^(0|[1-9][0-9]{0,9})$/.test(digits) || !isKeyVersion(Number(digits)))
    return malformed('its kid or version')
  const wrapped = letters.includes('w') ? decodePart(rest.shift()!, MAX_WRAPPED_KEY_BYTES) : undefined
  const { stored, context } = letters.includes('x') ? decodeStored(rest.shift()!) : {}
  return { suite, locator: { kid, version: Number(digits), wrapped }, stored, context }
}

/** True for what claims to be an envelope of any version: never to be taken for plaintext (spec section 8). */
export const looksSealed = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.startsWith('wax') && /^wax[1-9][0-9]*\./.test(value)
    : value instanceof Uint8Array && value[0] === MAGIC

/** Parses and validates all of an envelope in either form; decrypts nothing. `maxBytes` bounds the input before anything is parsed. */
export function parseEnvelope(input: unknown, maxBytes: number): Envelope {
  if (typeof input === 'string') {
    if (input.length > Math.ceil((maxBytes * 4) / 3)) tooLarge(input.length, 'characters', maxBytes)
    return decodeString(input)
  }
  if (!(input instanceof Uint8Array)) return malformed('it is neither a string nor bytes')
  if (input.length > maxBytes) tooLarge(input.length, 'bytes', maxBytes)
  const { end, ...header } = decodeHeader(input)
  return { ...header, body: checkBody(input.subarray(end)) }
}

const tooLarge = (length: number, unit: string, limit: number): never =>
  fail('too_large', `the envelope has ${length} ${unit}, the limit is ${limit} bytes`)

/** The same envelope in the other form or with another locator; needs no key. */
export function writeEnvelope(envelope: Envelope, as: 'string' | 'bytes'): string | Uint8Array {
  return as === 'string'
    ? encodeStringHeader(envelope) + backend.toBase64url(envelope.body)
    : concatBytes(encodeHeader(envelope), envelope.body)
}

/** What anyone can tell of an envelope without a key. None of it is authenticated before the envelope is opened. */
export interface EnvelopeInfo {
  readonly version: 1
  readonly suite: Suite
  readonly kid: string
  readonly keyVersion: number
  readonly wrapped: boolean
  /** Length of the wrapped data key in bytes; 0 in named mode. */
  readonly wrappedBytes: number
  readonly context: Readonly<Record<string, string>> | null
  readonly form: 'string' | 'bytes'
  /** Length of the envelope: characters of the string form, bytes of the binary one. */
  readonly length: number
  /** Length of the inner frame in bytes: content, its first byte and any padding. */
  readonly frameBytes: number
}

/**
 * Tells what an envelope of either form says of itself; needs no key and proves nothing. `malformed`, `unsupported_version`,
 * `unsupported_suite`. Of a binary one, `bytes` is the length of the whole where only its beginning is at hand, of at least 16 KiB.
 *
 * @example
 * inspectEnvelope('wax1.c256.k1~3.…').kid // k1
 */
export function inspectEnvelope(envelope: string | Uint8Array, { bytes }: { readonly bytes?: number } = {}): EnvelopeInfo {
  if (bytes === undefined || typeof envelope === 'string')
    return describeEnvelope(parseEnvelope(envelope, Number.MAX_SAFE_INTEGER), envelope)
  const { end, ...header } = decodeHeader(envelope)
  return describe(header, 'bytes', bytes, checkBodyLength(bytes - end))
}

export const describeEnvelope = ({ body, ...header }: Envelope, input: string | Uint8Array): EnvelopeInfo =>
  describe(header, typeof input === 'string' ? 'string' : 'bytes', input.length, body.length)

function describe(
  { suite, locator, context }: ReadHeader,
  form: EnvelopeInfo['form'],
  length: number,
  bodyLength: number,
): EnvelopeInfo {
  const chunks = bodyLength - BODY_HEADER_BYTES
  return Object.freeze({
    version: 1,
    suite: suite.suite,
    kid: locator.kid,
    keyVersion: locator.version,
    wrapped: locator.wrapped !== undefined,
    wrappedBytes: locator.wrapped?.length ?? 0,
    context: context ?? null,
    form,
    length,
    frameBytes: chunks - Math.ceil(chunks / (CHUNK_BYTES + TAG_BYTES)) * TAG_BYTES,
  })
}

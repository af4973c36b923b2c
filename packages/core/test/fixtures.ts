import { backend } from '#backend'
import { WaxsealError } from '../src/errors.ts'
import { settle } from '../src/flow.ts'
import { concatBytes } from '../src/format/bytes.ts'
import { type Context, canonicalContext } from '../src/format/context.ts'
import { sealEnvelope } from '../src/format/engine.ts'
import { parseEnvelope, writeEnvelope } from '../src/format/envelope.ts'
import { FORM, type Form, type Suite, suiteByName } from '../src/format/suites.ts'
import { createDataKey, keyMaterial } from '../src/keys/data-key.ts'
import { rootKeyProvider } from '../src/keys/root-key-provider.ts'
import { keyProvider } from '../src/keys/service/key-provider.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import type { KeyProvider, KeyProviderDriver, KeySource } from '../src/keys/types.ts'
import { createRandomPool } from '../src/random.ts'

/** Distinct, fixed bytes. */
export const bytes = (length: number, first = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => (first + i) & 255)
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
export const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex')
export const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))

/** Bytes as text: comparing long arrays member by member takes longer than sealing them. */
export const shown = (value: unknown): unknown =>
  value instanceof Uint8Array ? `bytes ${Buffer.from(value).toString('base64')}` : value

export const KEY = bytes(32)
export const OTHER_KEY = bytes(32, 100)
export const keys = staticKeys([{ kid: 'k1', key: KEY }])
/** One key without scope and one each of two tenants. */
export const tenantKeys = staticKeys([
  { kid: 'k1', key: KEY },
  { kid: 'tenant-a', key: bytes(32, 1), scope: 'a' },
  { kid: 'tenant-b', key: bytes(32, 2), scope: 'b' },
])

/** A key service on a local key, with what the test puts in its place. */
export function localService(id: string, key: Uint8Array, replaced: Partial<KeyProviderDriver> = {}): KeyProvider {
  const root = rootKeyProvider({ id, keys: staticKeys([{ kid: `${id.toLowerCase()}-key`, key }]), suite: 'chacha20-poly1305' })
  const { wrapKey, unwrapKey } = root
  return keyProvider({ id, local: true, capabilities: { context: 'bound' }, wrapKey, unwrapKey, ...replaced })
}

export const context = { app: 'billing', job: 'invoice' }
export const NOW = Date.UTC(2030, 0, 1)
export const inDays = (days: number): Date => new Date(NOW + days * 86_400_000)

/** False where AES is WebCrypto's. */
export const aesIsSync: boolean = backend.aead['aes-256-gcm'].sync
export const SUITE_NAMES: readonly Suite[] = ['aes-256-gcm', 'chacha20-poly1305']

/** 'ok', or the code of the WaxsealError; anything else that is thrown fails the test. */
export async function outcome(run: () => unknown): Promise<string> {
  try {
    await run()
  } catch (error) {
    if (!WaxsealError.is(error)) throw error
    return error.code
  }
  return 'ok'
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const member of Object.values(value)) deepFreeze(member)
  }
  return value
}

export interface RawSeal {
  readonly form?: Form
  readonly suite?: Suite
  readonly context?: Context
  readonly added?: readonly (readonly [string, string])[]
  readonly stored?: Uint8Array
}

/** An envelope of key `k1` around a frame of the test's making. */
export async function sealRaw(frame: Uint8Array, options: RawSeal = {}): Promise<string> {
  const { form = FORM.value, suite = 'aes-256-gcm', added, stored } = options
  const header = { suite: suiteByName(suite)!, locator: { kid: 'k1', version: 1 }, stored }
  const prk = keyMaterial(createDataKey({ kid: 'k1', key: KEY })).enc
  const canonical = canonicalContext(options.context ?? context, added)
  return (await settle(sealEnvelope(header, { prk, form, canonical }, frame.slice(), createRandomPool(), 'string'))) as string
}

/** A frame of JSON content, from a value or from the text itself. */
export const jsonFrame = (content: unknown): Uint8Array =>
  concatBytes(Uint8Array.of(2), utf8(typeof content === 'string' ? content : JSON.stringify(content)))

export const toBytes = (text: string): Uint8Array => writeEnvelope(parseEnvelope(text, 2 ** 31), 'bytes') as Uint8Array
export const toText = (data: Uint8Array): string => writeEnvelope(parseEnvelope(data, 2 ** 31), 'string') as string

export async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  const reader = stream.getReader()
  // Not through a Response: browsers put an error of their own in place of the stream's.
  for (let step = await reader.read(); !step.done; step = await reader.read()) parts.push(step.value)
  return concatBytes(...parts)
}

/** A stream of these parts, one chunk each. */
export const streamOf = (...parts: readonly Uint8Array[]): ReadableStream<Uint8Array> =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(part)
      controller.close()
    },
  })

/** Holds a member whose name is one escaped character: JSON.parse of V8 13.6 (Node 24) may read it as a backslash. */
export const misreadable = (value: unknown): boolean => /"\\(?:[^u]|u[0-9a-f]{4})":/.test(JSON.stringify(value) ?? '')

/** Of each whether nothing but zeros is left. */
export const erased = (list: readonly Uint8Array[]): boolean[] => list.map((part) => part.every((byte) => byte === 0))

export const unavailable = (): Promise<never> => Promise.reject(new WaxsealError('provider_unavailable', 'down'))

/** A source that does not list its keys: one that is asked over a network. */
export function remoteSource(kid: string, key: Uint8Array, resolve?: KeySource['resolve']): KeySource {
  const handle = createDataKey({ kid, key })
  return {
    kind: 'source',
    current: async () => handle,
    resolve: resolve ?? (async (locator) => (locator.kid === kid ? handle : null)),
  }
}

/** Base64url without padding; the Buffer of some runtimes does not know it. */
export const urlText = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('base64').replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

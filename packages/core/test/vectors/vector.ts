import { createHash } from 'node:crypto'
import { sealingCodec } from '../../src/codec/sealing-codec.ts'
import type { FieldPolicyOptions } from '../../src/document/policy.ts'
import { settle } from '../../src/flow.ts'
import { deflate, gzip } from '../../src/format/compression.ts'
import { type Context, canonicalContext } from '../../src/format/context.ts'
import { envelopeKeys, prf, purposeKey } from '../../src/format/derive.ts'
import { sealEnvelope } from '../../src/format/engine.ts'
import type { Padding } from '../../src/format/padding.ts'
import { FORM, type Form, type Suite, suiteByName } from '../../src/format/suites.ts'
import { createBlindIndex, normalisers } from '../../src/indexes/blind-index.ts'
import { createDedupKey } from '../../src/indexes/dedup-key.ts'
import { createDataKey, keyMaterial } from '../../src/keys/data-key.ts'
import { multi } from '../../src/keys/multi-provider.ts'
import { rootKeyProvider } from '../../src/keys/root-key-provider.ts'
import { keyProvider } from '../../src/keys/service/key-provider.ts'
import { wrapContextBytes } from '../../src/keys/service/wrap.ts'
import { staticKeys } from '../../src/keys/static-keys.ts'
import type { KeyProvider, WrapContext } from '../../src/keys/types.ts'
import type { SealedDocument, Sealer } from '../../src/sealer/sealer-types.ts'
import { createTestSealer } from '../../src/testing.ts'
import { bytes, collect, hex, streamOf, unhex } from '../fixtures.ts'

/** Bytes are hex throughout. */
export interface KeyText {
  readonly kid: string
  readonly version?: number
  readonly key: string
  readonly scope?: string
}

/** One key service of the test's own: a local key under an id. */
export interface ServiceText {
  readonly id: string
  readonly root: KeyText
}

export interface WrappedText {
  readonly id: string
  /** One service, or several under a multi provider. */
  readonly services: readonly ServiceText[]
  readonly multi: boolean
  readonly dataKey: string
  readonly wrapped: string
}

export type Plain =
  | { readonly text: string }
  | { readonly bytes: string }
  | { readonly json: unknown }
  | { readonly payload: { readonly metadata: Readonly<Record<string, string>>; readonly data: string } }

interface SealerText {
  readonly keys?: readonly KeyText[]
  readonly wrapped?: WrappedText
  readonly suite?: Suite
  readonly acceptSuites?: readonly Suite[]
  readonly compress?: 'deflate' | 'gzip'
  /** What the CSPRNG gave, in the order in which it was drawn. */
  readonly random?: string
}

interface CallText {
  readonly context: Context
  readonly scope?: string
  readonly scopes?: Readonly<Record<string, string>>
  readonly pad?: Padding
  readonly storeContext?: boolean
}

export interface ValueInput extends SealerText, CallText {
  readonly value: Plain
}

export interface DocumentInput extends SealerText, CallText {
  readonly policy: FieldPolicyOptions
  readonly document: unknown
}

export interface StreamInput extends SealerText, CallText {
  /** Plaintext: so many bytes 0, 1, 2 … 255, 0 … */
  readonly length: number
}

export interface WrapInput {
  readonly root: KeyText
  readonly suite: Suite
  readonly dataKey: string
  readonly wrapContext: WrapContext
  readonly random: string
}

export interface DerivationInput {
  readonly dataKey: string
  readonly suite: Suite
  readonly form: keyof typeof FORM
  readonly salt: string
  readonly context: Context
  /** Pairs that the specification adds. */
  readonly added?: Readonly<Record<string, string>>
}

export interface IndexInput {
  readonly keys: readonly KeyText[]
  readonly scope?: string
  readonly index?: {
    readonly table: string
    readonly field: string
    readonly name: string
    readonly version: number
    readonly normaliser: keyof typeof normalisers
    readonly bits?: number
    readonly value: string
  }
  readonly dedup?: { readonly jobType: string; readonly args: unknown }
}

export interface RefusalInput extends SealerText, CallText {
  readonly open: 'value' | 'document' | 'stream' | 'wrap'
  readonly sealed?: string
  readonly bytes?: string
  readonly document?: unknown
  readonly policy?: FieldPolicyOptions
  readonly root?: KeyText
  readonly wrapContext?: WrapContext
}

export interface Vector<I, O = Readonly<Record<string, unknown>>> {
  readonly id: string
  readonly comment?: string
  readonly input: I
  readonly output?: O
  readonly error?: string
}

const ALGORITHMS = { deflate: [deflate, gzip], gzip: [gzip, deflate] }
const now = () => 0

export const keySource = (list: readonly KeyText[]) => staticKeys(list.map((text) => ({ ...text, key: unhex(text.key) })))

const service = ({ id, root }: ServiceText): KeyProvider => rootKeyProvider({ id, keys: keySource([root]) })

function provider({ id, services, multi: several, dataKey, wrapped }: WrappedText): KeyProvider {
  const real = several ? multi({ id, providers: services.map(service) }) : service(services[0]!)
  const { capabilities, wrapKey, unwrapKey } = real
  const generateDataKey = () => ({ key: unhex(dataKey), wrapped: unhex(wrapped) })
  return keyProvider({ id, local: true, capabilities, wrapKey, unwrapKey, generateDataKey })
}

/** A sealer that draws what the vector says, once. */
export function sealerOf({ keys, wrapped, suite, acceptSuites, compress, random = '' }: SealerText): Sealer {
  const drawn = unhex(random)
  let used = 0
  return createTestSealer({
    keys: wrapped ? provider(wrapped) : keySource(keys ?? []),
    suite,
    acceptSuites,
    compress: compress && { algorithms: ALGORITHMS[compress], minBytes: 1 },
    now,
    randomBytes(out) {
      if (used + out.length > drawn.length) throw new Error('the vector holds too little randomness')
      out.set(drawn.subarray(used, used + out.length))
      used += out.length
    },
  })
}

const callOf = ({ context, scope, pad, storeContext }: CallText) => ({ context, scope, pad, storeContext })

const payloadOf = (plain: Plain) =>
  'payload' in plain && {
    metadata: Object.fromEntries(Object.entries(plain.payload.metadata).map(([name, value]) => [name, unhex(value)])),
    data: unhex(plain.payload.data),
  }

const plainValue = (plain: Exclude<Plain, { payload: unknown }>) =>
  'text' in plain ? plain.text : 'bytes' in plain ? unhex(plain.bytes) : plain.json

export const values = {
  async produce(input: ValueInput) {
    const payload = payloadOf(input.value)
    if (payload) {
      const [sealed] = await sealingCodec(sealerOf(input), callOf(input)).encode([payload])
      return { bytes: hex(sealed!.data!) }
    }
    const value = plainValue(input.value as Exclude<Plain, { payload: unknown }>)
    const string = (await sealerOf(input).seal(value, callOf(input))) as string
    return { string, bytes: hex(await sealerOf(input).seal(value, { ...callOf(input), as: 'bytes' })) }
  },
  async consume(input: ValueInput, output: { string?: string; bytes: string }) {
    const { context, scope } = input
    const payload = payloadOf(input.value)
    if (payload) {
      const sealed = { metadata: { encoding: new TextEncoder().encode('binary/waxseal') }, data: unhex(output.bytes) }
      return [[payload], [await sealingCodec(sealerOf(input), { context, scope }).decode([sealed])].flat()]
    }
    const value = plainValue(input.value as Exclude<Plain, { payload: unknown }>)
    const opened = await Promise.all(
      [output.string!, unhex(output.bytes)].map((sealed) => sealerOf(input).open(sealed as string, { context, scope })),
    )
    if (input.storeContext)
      opened.push(
        await sealerOf(input).open(output.string!, { context: { stored: input.context as Record<string, string> }, scope }),
      )
    return [opened.map(() => value), opened]
  },
}

export const documents = {
  async produce(input: DocumentInput) {
    return {
      document: await sealerOf(input).sealFields(input.document, input.policy, { ...callOf(input), scopes: input.scopes }),
    }
  },
  async consume(input: DocumentInput, output: { document: unknown }) {
    const { context, scope, scopes } = input
    const stored = output.document as SealedDocument<unknown>
    return [[input.document], [await sealerOf(input).openFields(stored, input.policy, { context, scope, scopes })]]
  },
}

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')
const sealStream = (input: StreamInput) =>
  collect(streamOf(bytes(input.length)).pipeThrough(sealerOf(input).sealStream(callOf(input))))

/** Long streams are held as their length and SHA-256. */
export const streams = {
  async produce(input: StreamInput): Promise<{ length: number; bytes?: string; sha256?: string }> {
    const sealed = await sealStream(input)
    return { length: sealed.length, ...(sealed.length < 1000 ? { bytes: hex(sealed) } : { sha256: sha256(sealed) }) }
  },
  async consume(input: StreamInput) {
    const { context, scope } = input
    const opened = await collect(streamOf(await sealStream(input)).pipeThrough(sealerOf(input).openStream({ context, scope })))
    return [[bytes(input.length)], [opened]]
  },
}

export const wraps = {
  async produce({ root, suite, dataKey, wrapContext, random }: WrapInput) {
    const { kid, version = 1 } = root
    const prk = keyMaterial(createDataKey({ kid, version, key: unhex(root.key) })).wrap
    const canonical = wrapContextBytes(wrapContext)
    const header = { suite: suiteByName(suite)!, locator: { kid, version } }
    const sealed = await settle(
      sealEnvelope(header, { prk, form: FORM.wrap, canonical }, unhex(dataKey), () => unhex(random), 'bytes'),
    )
    return { wrapped: hex(sealed as Uint8Array), context: hex(canonical) }
  },
  async consume({ root, dataKey, wrapContext }: WrapInput, { wrapped }: { wrapped: string }) {
    const local = rootKeyProvider({ id: wrapContext.kid!, keys: keySource([root]) })
    return [[dataKey], [hex(await local.unwrapKey(unhex(wrapped), wrapContext, { now }))]]
  },
}

export const derivations = {
  async produce({ dataKey, suite, form, salt, context, added = {} }: DerivationInput) {
    const row = suiteByName(suite)!
    const root = prf(unhex(dataKey))
    const canonical = canonicalContext(context, Object.entries(added))
    const prk = prf(purposeKey(root, form === 'wrap' ? 'wrap' : 'enc'))
    const keys = envelopeKeys(prk, row, FORM[form] as Form, unhex(salt), canonical)
    const purposes = (['enc', 'index', 'dedup', 'wrap'] as const).map((purpose) => [purpose, hex(purposeKey(root, purpose))])
    return {
      purposeKeys: Object.fromEntries(purposes),
      context: hex(canonical),
      messageKey: hex(keys.key),
      baseNonce: hex(keys.nonce),
      commitment: hex(keys.commitment),
    }
  },
  consume: async () => [[], []],
}

export const indexes = {
  async produce({ keys, scope, index, dedup }: IndexInput) {
    const [{ kid, version = 1 }] = keys as [KeyText]
    const source = keySource(keys)
    if (dedup)
      return { value: await createDedupKey({ keys: source, key: { kid, version } }).value(dedup.jobType, dedup.args, { scope }) }
    const { value, normaliser, version: indexVersion, ...options } = index!
    const versions = [{ version: indexVersion, key: { kid, version } }]
    return {
      value: await createBlindIndex({ ...options, keys: source, normaliser: normalisers[normaliser], versions }).value(value, {
        scope,
      }),
    }
  },
  consume: async () => [[], []],
}

/** Tries to open what must be refused. */
export async function refused(input: RefusalInput): Promise<unknown> {
  const { open, context, scope, scopes } = input
  if (open === 'wrap') {
    const local = rootKeyProvider({ id: input.wrapContext!.kid!, keys: keySource([input.root!]) })
    return local.unwrapKey(unhex(input.bytes!), input.wrapContext!, { now, acceptSuites: input.acceptSuites })
  }
  const sealer = sealerOf(input)
  if (open === 'value') return sealer.open(input.sealed ?? unhex(input.bytes!), { context, scope })
  if (open === 'stream') return collect(streamOf(unhex(input.bytes!)).pipeThrough(sealer.openStream({ context, scope })))
  return sealer.openFields(input.document as SealedDocument<unknown>, input.policy!, { context, scope, scopes })
}

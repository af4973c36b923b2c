import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { acteon, cloak, inngest, ojs, openAny, temporalProxyCodec, temporalSampleCodec, writeOjsValue } from '../src/index.js'
import { jwe } from '../src/jwe.js'
import { KEY } from './samples.js'

const utf8 = (text: string) => new TextEncoder().encode(text)
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'opened',
    ({ code }) => code,
  )
const window = { allowUntil: new Date(Date.now() + 60_000), accept: 'legacy' as const }
const sealed = { 'encryption-key-id': utf8('k'), encoding: utf8('binary/encrypted') }

describe('a reader of Open Job Spec', () => {
  const keys = { getKey: () => KEY, getCurrentKeyId: () => 'k' }
  const reader = ojs({ keys })

  it('takes no job in clear that says that none of its members are encoded', async () => {
    const job = { args: [{ card: '4242' }], meta: { 'ojs.codec.encodings': ['binary/encrypted'], 'ojs.codec.paths': [] } }
    expect(await codeOf(openAny(job, { accept: [reader] }))).toBe('plaintext_rejected')
    const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]), legacy: [reader] })
    expect(await codeOf(sealer.open(job as never, { context: 'none', plaintext: window }))).toBe('plaintext_rejected')
  })

  it('opens one of whose members some are', async () => {
    const card = await writeOjsValue('4242', { keys })
    const job = { args: [{ card }], meta: { 'ojs.codec.paths': ['args[0].card'] } }
    expect(await reader.open(job)).toEqual({ args: [{ card: '4242' }], meta: {} })
  })
})

describe.each([
  ['samples', temporalSampleCodec, 'keys', sealed],
  ['proxy', temporalProxyCodec, 'unwrapKey', { ...sealed, 'encryption-dek': utf8('AAAA') }],
] as const)("a reader of Temporal's %s", (_, codec, option, metadata) => {
  const readerOf = (give: () => unknown) =>
    (codec as (options: unknown) => ReturnType<typeof temporalProxyCodec>)({ [option]: give })

  it('opens nothing that is in no such layout', async () => {
    const reader = readerOf(() => KEY)
    const clear = { metadata: { encoding: utf8('json/plain') }, data: utf8('{}') }
    for (const other of [clear, null, undefined, 'text', { metadata, data: 'text' }])
      expect(await codeOf(reader.open(other))).toBe('malformed')
  })

  it('tells keys that are out of reach from values that do not open', async () => {
    const reader = readerOf(() => Promise.reject(new Error('down')))
    const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]), legacy: [reader] })
    const open = sealer.open({ metadata, data: new Uint8Array(40) } as never, { context: 'none', plaintext: window })
    await expect(open).rejects.toMatchObject({ code: 'provider_unavailable', retryable: true })
  })
})

it.each<[string, (keys: never) => unknown]>([
  ['acteon', (keys) => acteon({ keys })],
  ['cloak', (keys) => cloak({ keys })],
  ['inngest', (keys) => inngest({ keys })],
  ['jwe', (keys) => jwe({ keys })],
])('%s without its keys is a fault of the options', (_, make) => {
  for (const keys of [undefined, [], [undefined], 'text'])
    expect(() => make(keys as never)).toThrow(expect.objectContaining({ code: 'config' }))
})

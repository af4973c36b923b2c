import type { MaybePromise, Payload, PayloadCodec } from '@waxseal/core'
import { createCanaries } from '../leak-probe/canaries.js'
import { describeHits, scan } from '../leak-probe/scan.js'
import { equalBytes, expectThat, flipped, randomBytes, spread } from './expectations.js'
import type { Contract } from './runner.js'

export interface PayloadCodecHarness {
  /** Begins the names of the tests. */
  readonly name: string
  readonly create: () => MaybePromise<PayloadCodec>
  /** Nothing of a payload can be read in what is encoded, and encoding twice gives different bytes. */
  readonly confidential: boolean
  /** Any change to what is encoded is refused when decoding. */
  readonly authenticated: boolean
  /** What decoding does with payloads that this codec did not encode. */
  readonly foreign: 'refused' | 'passed'
}

const nothing = new Uint8Array()
const utf8 = (text: string) => new TextEncoder().encode(text)

const json = (value: unknown): Payload => ({ metadata: { encoding: utf8('json/plain') }, data: utf8(JSON.stringify(value)) })

const samples = (): Payload[] => [
  json({ hello: 'world' }),
  { metadata: { encoding: utf8('binary/null') } },
  { metadata: { encoding: utf8('binary/plain') }, data: Uint8Array.from({ length: 256 }, (_, i) => i) },
  { metadata: { encoding: utf8('json/plain'), 'ünï-🔑': utf8('值') }, data: new Uint8Array(0) },
  { metadata: Object.fromEntries([['__proto__', utf8('own')]]), data: utf8('{}') },
  {},
  { metadata: null, data: null },
  { data: utf8('x'.repeat(100_000)) },
]

function equalPayloads(a: Payload, b: Payload): boolean {
  const [left, right] = [new Map(Object.entries(a.metadata ?? {})), new Map(Object.entries(b.metadata ?? {}))]
  const same = [...left].every(([key, value]) => right.has(key) && equalBytes(value, right.get(key)!))
  return same && left.size === right.size && equalBytes(a.data ?? nothing, b.data ?? nothing)
}

function expectPayloads(actual: readonly Payload[], expected: readonly Payload[], what: string): void {
  expectThat(actual.length === expected.length, `${what}: ${actual.length} payloads, not ${expected.length}`)
  for (const [i, payload] of expected.entries())
    expectThat(equalPayloads(payload, actual[i]!), `${what}: payload ${i} was changed`)
}

const copy = ({ metadata, data }: Payload): Payload => ({
  ...(metadata === undefined
    ? {}
    : { metadata: metadata && Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, value.slice()])) }),
  ...(data === undefined ? {} : { data: data?.slice() ?? null }),
})

/**
 * What every payload codec keeps: arrays in, arrays of the same length and order out, nothing lost, arguments untouched; and as
 * far as the harness declares it, confidentiality and authenticity.
 *
 * @example
 * payloadCodecContract({ describe, it, harness: { name: 'mine', create: myCodec, confidential: false, authenticated: false, foreign: 'passed' } })
 */
export function payloadCodecContract({ describe, it, harness }: Contract<PayloadCodecHarness>): void {
  const rejects = async (codec: PayloadCodec, payload: Payload, what: string): Promise<void> => {
    const outcome = await codec.decode([payload]).then(
      () => undefined,
      (error: unknown) => error,
    )
    expectThat(outcome !== undefined, `${what} was decoded`)
    expectThat(outcome instanceof Error, `${what}: what was thrown is no Error`)
  }

  describe(`${harness.name} keeps the contract of payload codecs`, () => {
    it('gives back every payload it encoded, in order', async () => {
      const codec = await harness.create()
      const payloads = samples()
      for (const list of [[], ...payloads.map((payload) => [payload]), payloads, [...payloads, ...payloads]]) {
        const encoded = await codec.encode(list.map(copy))
        expectThat(encoded.length === list.length, 'as many payloads are encoded as were given')
        expectPayloads(await codec.decode(encoded), list, 'what came back')
      }
    })

    it('encodes to byte arrays that survive their way as copies', async () => {
      const codec = await harness.create()
      const encoded = await codec.encode(samples())
      for (const { metadata, data } of encoded)
        for (const value of [...Object.values(metadata ?? {}), data ?? new Uint8Array()])
          expectThat(value instanceof Uint8Array, 'metadata and data are byte arrays')
      expectPayloads(await codec.decode(encoded.map(copy)), samples(), 'what came back')
    })

    it('leaves its arguments as they are', async () => {
      const codec = await harness.create()
      const payloads = samples()
      const encoded = await codec.encode(payloads)
      expectPayloads(payloads, samples(), 'the argument of encode')
      const before = encoded.map(copy)
      await codec.decode(encoded)
      expectPayloads(encoded, before, 'the argument of decode')
    })

    it('keeps calls at the same time apart', async () => {
      const codec = await harness.create()
      await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          const [decoded] = await codec.decode(await codec.encode([json({ i })]))
          expectThat(equalPayloads(json({ i }), decoded!), 'calls at the same time were mixed up')
        }),
      )
    })

    if (harness.foreign === 'passed')
      it('passes on what it did not encode', async () => {
        const codec = await harness.create()
        expectPayloads(await codec.decode(samples()), samples(), 'what somebody else encoded')
      })
    else
      it('refuses what it did not encode', async () => {
        const codec = await harness.create()
        for (const payload of samples()) await rejects(codec, payload, 'a payload that was never encoded')
      })

    if (harness.confidential) {
      it('lets nothing of a payload through', async () => {
        const codec = await harness.create()
        const canaries = createCanaries()
        const values = Object.values(canaries)
        const secret = Object.fromEntries(values.map(({ id, value }) => [id, value]))
        const payloads = [
          json(secret),
          json([JSON.stringify(secret)]),
          { metadata: { note: utf8(canaries.ascii.value) }, data: utf8(canaries.unicode.value) },
        ]
        const encoded = await codec.encode(payloads)
        const items = encoded.flatMap(({ metadata, data }, i) => [
          ...Object.entries(metadata ?? {}).map(([key, bytes]) => ({ where: `metadata ${key} of payload ${i}`, bytes })),
          { where: `data of payload ${i}`, bytes: data ?? new Uint8Array() },
        ])
        const { hits } = await scan(items, values, { inflate: true })
        expectThat(hits.length === 0, `plaintext was found:\n${describeHits(hits)}`)
      })

      it('encodes the same payload to different bytes', async () => {
        const codec = await harness.create()
        const encoded = await codec.encode([json('same'), json('same')])
        const again = await codec.encode([json('same')])
        const texts = [...encoded, ...again].map(({ data }) => (data ?? []).toString())
        expectThat(new Set(texts).size === 3, 'equal payloads can be told from what is encoded')
      })
    }

    if (harness.authenticated)
      it('refuses any change to what it encoded', async () => {
        const codec = await harness.create()
        const [encoded] = await codec.encode([json({ amount: 42 })])
        const data = encoded?.data ?? new Uint8Array()
        expectThat(data.length > 0, 'there is data')
        for (const bit of spread(data.length * 8, 200))
          await rejects(codec, { ...encoded, data: flipped(data, bit) }, `data with bit ${bit} turned`)
        for (const length of spread(data.length, 40))
          await rejects(codec, { ...encoded, data: data.slice(0, length) }, `data cut to ${length} bytes`)
        await rejects(codec, { ...encoded, data: Uint8Array.of(...data, 0) }, 'data with a byte more')
        await rejects(codec, { ...encoded, data: randomBytes(data.length) }, 'noise')
      })
  })
}

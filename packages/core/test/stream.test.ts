import { describe, expect, it } from 'vitest'
import { concatBytes } from '../src/format/bytes.ts'
import { rootKeyProvider } from '../src/keys/root-key-provider.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import type { StreamCall } from '../src/sealer/stream.ts'
import { bytes, collect, context, keys, outcome, SUITE_NAMES, sealRaw, shown, streamOf, tenantKeys, toBytes } from './fixtures.ts'

const sealer = createSealer({ keys: tenantKeys })
const seal = (plaintext: Uint8Array, by = sealer, call: Partial<StreamCall> = {}) =>
  collect(streamOf(plaintext).pipeThrough(by.sealStream({ context, ...call } as never)))
const open = (sealed: Uint8Array | readonly Uint8Array[], call: Partial<StreamCall> = {}, by = sealer) =>
  collect(streamOf(...(sealed instanceof Uint8Array ? [sealed] : sealed)).pipeThrough(by.openStream({ context, ...call })))

/** Cuts into pieces whose sizes repeat. */
function cut(data: Uint8Array, ...sizes: number[]): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < data.length; ) {
    const size = sizes[pieces.length % sizes.length]!
    pieces.push(data.subarray(at, at + size))
    at += size
  }
  return pieces
}

/** What comes out before the end, and how it ends. */
async function drain(sealed: Uint8Array, call: Partial<StreamCall> = {}): Promise<[plaintext: Uint8Array, end: string]> {
  const parts: Uint8Array[] = []
  const end = await outcome(() =>
    streamOf(sealed)
      .pipeThrough(sealer.openStream({ context, ...call }))
      .pipeTo(new WritableStream({ write: (part) => void parts.push(part) })),
  )
  return [concatBytes(...parts), end]
}

describe('round trips', () => {
  // The first byte of the plaintext is the frame's: a chunk holds 16383 bytes of the first.
  it.each([0, 1, 2, 16382, 16383, 16384, 16385, 32766, 32767, 32768, 163_840])('%i bytes', async (length) => {
    for (const suite of SUITE_NAMES) {
      const by = createSealer({ keys, suite })
      const sealed = await seal(bytes(length), by)
      expect(shown(await open(sealed, {}, by))).toBe(shown(bytes(length)))
      expect(shown(await open(sealed, { release: 'end' }, by))).toBe(shown(bytes(length)))
      expect(shown(await by.open(sealed, { context }))).toBe(shown(bytes(length)))
      expect(shown(await open(await by.seal(bytes(length), { context, as: 'bytes' }), {}, by))).toBe(shown(bytes(length)))
    }
  })

  it.each([[1], [7, 1, 0], [16384], [16400], [16383, 1], [20_000], [100_000]])('in pieces of %j', async (...sizes) => {
    const plaintext = bytes(40_000)
    const pieces = sizes[0] === 1 ? cut(plaintext.subarray(0, 300), 1) : cut(plaintext, ...sizes)
    const sealed = await collect(streamOf(...pieces).pipeThrough(sealer.sealStream({ context })))
    const expected = concatBytes(...pieces)
    expect(shown(await open(cut(sealed, ...sizes)))).toBe(shown(expected))
    expect(shown(await sealer.open(sealed, { context }))).toBe(shown(expected))
  })

  it('of a producer that reuses its buffer', async () => {
    const buffer = Buffer.alloc(16_383)
    const reusing = async (transform: TransformStream<Uint8Array, Uint8Array>, data: Uint8Array) => {
      const out = collect(transform.readable)
      const writer = transform.writable.getWriter()
      for (const piece of cut(data, 16_383, 100, 16_300, 3)) {
        buffer.set(piece)
        await writer.write(buffer.subarray(0, piece.length))
        buffer.fill(0xee)
      }
      await writer.close()
      return out
    }
    const sealed = await reusing(sealer.sealStream({ context }), bytes(50_000))
    expect(shown(await open(sealed))).toBe(shown(bytes(50_000)))
    expect(shown(await reusing(sealer.openStream({ context }), sealed))).toBe(shown(bytes(50_000)))
  })

  it('with scope, wrapped key and stored context', async () => {
    const wrapped = createSealer({ keys: rootKeyProvider({ id: 'p', keys }) })
    const sealed = await seal(bytes(100), wrapped, { scope: 'a', storeContext: true })
    expect(wrapped.inspect(sealed)).toMatchObject({ kid: 'p', wrapped: true, context })
    expect(shown(await open(sealed, { scope: 'a' }, wrapped))).toBe(shown(bytes(100)))
    expect(shown(await open(sealed, { scope: 'a', context: { stored: { app: 'billing' } } }, wrapped))).toBe(shown(bytes(100)))
    expect(await outcome(() => open(sealed, {}, wrapped))).toBe('open_failed')
    expect(await outcome(() => open(sealed, { scope: 'a', context: { stored: { app: 'other' } } }, wrapped))).toBe('open_failed')
  })
})

describe('what is not whole', () => {
  const header = 5 + 2 + 1 + 56

  it('errors at every chunk boundary and beside it, and never just closes', async () => {
    const plaintext = bytes(50_000)
    const sealed = await seal(plaintext)
    const boundaries = [0, 1, 2, 3].map((chunk) => header + chunk * 16400)
    const lengths = boundaries.flatMap((at) => [at - 1, at, at + 1, at + 15, at + 16, at + 17])
    for (const length of [...lengths, 0, 1, 5, 8, 40, header - 16, sealed.length - 16, sealed.length - 1]) {
      const [released, end] = await drain(sealed.subarray(0, length))
      expect(end, `${length} bytes`).not.toBe('ok')
      expect(shown(released)).toBe(shown(plaintext.subarray(0, released.length)))
      // A chunk is released only when it is there in full.
      expect(released.length).toBe(length < header + 16400 ? 0 : Math.floor((length - header) / 16400) * 16384 - 1)
      expect((await drain(sealed.subarray(0, length), { release: 'end' }))[0]).toHaveLength(0)
    }
  })

  it('errors where a chunk is changed, swapped, repeated or added', async () => {
    const sealed = await seal(bytes(50_000))
    const [head, a, b, c, d] = [0, 0, 1, 2, 3].map((chunk, i) =>
      sealed.subarray(i === 0 ? 0 : header + chunk * 16400, i === 0 ? header : header + (chunk + 1) * 16400),
    ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    expect(await outcome(() => open([head, a, b, c, d]))).toBe('ok')
    const flipped = b.map((byte, i) => byte ^ Number(i === 16399))
    for (const [parts, chunks] of [
      [[head, a, flipped, c, d], 1],
      [[head, b, a, c, d], 0],
      [[head, a, a, c, d], 1],
      [[head, a, c, d], 1],
      [[head, a, b, c, d, d], 3],
      [[head, a, b, c, d, new Uint8Array(16)], 3],
      [[head, a, b, c], 3],
    ] as const) {
      const [released, end] = await drain(concatBytes(...parts))
      expect(end).toBe('open_failed')
      expect(shown(released)).toBe(shown(bytes(50_000).subarray(0, Math.max(0, chunks * 16384 - 1))))
    }
  })

  it('holds everything back until the end where asked to, within the limit', async () => {
    const sealed = await seal(bytes(40_000))
    const tampered = sealed.map((byte, i) => byte ^ Number(i === sealed.length - 1))
    expect((await drain(tampered))[0]).toHaveLength(32767)
    expect(await drain(tampered, { release: 'end' })).toEqual([new Uint8Array(0), 'open_failed'])
    const small = createSealer({ keys: tenantKeys, limits: { maxPayloadBytes: 20_000 } })
    expect(await outcome(() => open(sealed, { release: 'end' }, small))).toBe('too_large')
    expect(await outcome(() => open(sealed, {}, small))).toBe('ok')
  })
})

describe('what is no stream', () => {
  it.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    ['text', () => sealer.seal('x', { context, as: 'bytes' }), 'malformed'],
    ['JSON', () => sealer.seal([1], { context, as: 'bytes' }), 'malformed'],
    ['padded bytes', () => sealer.seal(bytes(5), { context, as: 'bytes', pad: { block: 32 } }), 'malformed'],
    ['an empty frame', async () => toBytes(await sealRaw(new Uint8Array(0))), 'malformed'],
    ['a bundle', async () => toBytes(await sealRaw(bytes(3), { form: 2 })), 'open_failed'],
    ['nothing', () => bytes(0), 'plaintext_rejected'],
    ['plaintext', () => bytes(200), 'plaintext_rejected'],
    ['the string form', async () => new TextEncoder().encode(await sealer.seal(bytes(5), { context })), 'plaintext_rejected'],
    ['another version', () => Uint8Array.of(0xc1, 2, ...bytes(100)), 'unsupported_version'],
  ])('%s', async (_, make, expected) => {
    const sealed = await make()
    expect(await outcome(() => open(sealed))).toBe(expected)
    expect(await outcome(() => open(cut(sealed, 3)))).toBe(expected)
  })

  it('other keys, contexts, scopes and suites', async () => {
    const sealed = await seal(bytes(100), sealer, { scope: 'a' })
    expect(await outcome(() => open(sealed, { scope: 'b' }))).toBe('key_not_found')
    expect(await outcome(() => open(sealed, { scope: '' }))).toBe('config')
    expect(await outcome(() => open(sealed, { scope: 'a', context: 'none' }))).toBe('open_failed')
    expect(await outcome(() => open(sealed, { scope: 'a', context: {} }))).toBe('context_required')
    expect(
      await outcome(() =>
        open(
          sealed,
          { scope: 'a' },
          createSealer({ keys: tenantKeys, suite: 'chacha20-poly1305', acceptSuites: ['chacha20-poly1305'] }),
        ),
      ),
    ).toBe('unsupported_suite')
  })

  it('only bytes go in', async () => {
    for (const part of ['text', [1], new ArrayBuffer(3)] as unknown as Uint8Array[]) {
      expect(await outcome(() => collect(streamOf(part).pipeThrough(sealer.sealStream({ context }))))).toBe('not_serialisable')
      expect(await outcome(() => open([part]))).toBe('not_serialisable')
    }
    expect(await outcome(() => seal(bytes(1), sealer, { context: { stored: 'any' } }))).toBe('context_required')
    expect(await outcome(() => seal(bytes(1), sealer, { context: 'none', storeContext: true }))).toBe('context_required')
  })

  it('an aborted call ends', async () => {
    const signal = AbortSignal.abort()
    expect(await outcome(() => seal(bytes(10), sealer, { signal }))).toBe('aborted')
    expect(await outcome(async () => open(await seal(bytes(10)), { signal }))).toBe('aborted')
  })
})

it('opens under no empty scope', async () => {
  const sealed = (await sealer.seal(bytes(5), { context, as: 'bytes' })) as Uint8Array
  const stream = streamOf(sealed).pipeThrough(sealer.openStream({ context, scope: '' }))
  expect(await outcome(() => collect(stream))).toBe('config')
})

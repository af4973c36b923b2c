import { createSealer, type Detector, generateKey, type LegacyReader, staticKeys, WaxsealError } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { createInClear, createPayloads, errorText, isInClear, type SealOptions, type Surface } from '../src/index.js'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const payloads = (more: Partial<SealOptions> = {}) => createPayloads({ sealer, app: 'shop', ...more })
const job = { name: 'pay', data: { card: '4242' } }
const cards: Detector = {
  detectDocument: async (document) => (JSON.stringify(document).includes('4242') ? [{ pointer: '/card' }] : []),
}

describe('what stands in clear', () => {
  it('is told from everything that an adapter writes', async () => {
    const fields = payloads({ policy: { fields: ['/card'] } })
    const error = (await payloads().sealError(job, new Error('x'))) as Record<string, unknown>
    const written = [
      await payloads().sealData(job),
      await fields.sealData(job),
      await payloads({ policy: { fields: ['/card'], form: 'inline' } }).sealData(job),
      await payloads().sealValue(job, 'result', 1),
      await payloads().sealText(job, 'log', 'x'),
      error,
      errorText(error),
      { name: 'CardError', message: '[sealed]', code: 'open_failed' },
    ]
    expect(written.map(isInClear)).toEqual(written.map(() => false))
    const clear = [null, 1, 'text', [], {}, job.data, { message: 'x' }, { name: 'Error', message: '[sealed]', stack: 'at x' }]
    expect(clear.map(isInClear)).toEqual(clear.map(() => true))
  })

  it('is left out where a detector finds nothing in it; what is sealed never is', async () => {
    const { concerns } = createInClear(payloads(), { detect: cards })
    const sealed = await payloads().sealData(job)
    expect(await Promise.all([job.data, { note: 'cash' }, null, sealed].map(concerns))).toEqual([true, false, false, true])
    expect(await createInClear(payloads(), {}).concerns({ note: 'cash' })).toBe(true)
  })

  it('is not left out where a detector cannot read it: one value does not end a run', async () => {
    const limited: Detector = {
      detectDocument: async () => Promise.reject(new RangeError('a document is at most 500 levels deep')),
    }
    expect(await createInClear(payloads(), { detect: limited }).concerns(job.data)).toBe(true)
  })

  it('is sealed where it is told to, and only then', async () => {
    const { sealOf, seals } = createInClear(payloads(), { inClear: 'seal' })
    expect(seals).toBe(true)
    const stored = await sealOf(job, 'data', job.data).seal!()
    expect(await payloads().openData({ ...job, data: stored })).toEqual(job.data)
    expect(sealOf(job, 'data', stored)).toEqual({})
    expect(createInClear(payloads({ write: 'plaintext' }), { inClear: 'seal' }).sealOf(job, 'data', job.data)).toEqual({})
    expect(createInClear(payloads(), {}).sealOf(job, 'data', job.data)).toEqual({})
  })

  it('refuses options that do not fit', () => {
    for (const wrong of [{ inClear: 'keep' }, { detect: {} }])
      expect(() => createInClear(payloads(), wrong as never)).toThrow(expect.objectContaining({ code: 'config' }))
  })
})

describe('what stands in another layout', () => {
  // ROT13 of JSON, marked: a layout as a reader of one's own has it.
  const rot = (text: string) =>
    text.replace(/[a-z]/gi, (c) =>
      String.fromCharCode((c <= 'Z' ? 90 : 122) >= c.charCodeAt(0) + 13 ? c.charCodeAt(0) + 13 : c.charCodeAt(0) - 13),
    )
  const theirs = (value: unknown) => `rot:${rot(JSON.stringify(value))}`
  const reader: LegacyReader = {
    name: 'rot',
    commits: false,
    detects: (value) => typeof value === 'string' && value.startsWith('rot:'),
    open(value) {
      if (value === 'rot:') throw new WaxsealError('malformed', 'it is empty')
      return JSON.parse(rot((value as string).slice(4)))
    },
  }
  const migrating = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]), legacy: [reader] })
  const open = { allowUntil: new Date(Date.now() + 60_000) }
  const sealed = (more: Partial<SealOptions> = {}, stored: unknown = theirs(job.data), surface: Surface = 'data') => {
    const kit = createPayloads({ sealer: migrating, app: 'shop', plaintext: { pay: open }, ...more })
    return { kit, seal: createInClear(kit, { inClear: 'seal' }).sealOf({ ...job, data: stored }, surface, stored).seal! }
  }
  // What reads it afterwards has no window, and no reader.
  const reading = (more: Partial<SealOptions> = {}) => createPayloads({ sealer: migrating, app: 'shop', ...more })

  it('is opened before it is sealed, within the window', async () => {
    const { seal } = sealed()
    expect(await reading().openData({ ...job, data: await seal() })).toEqual(job.data)
    const result = await sealed({}, theirs([1]), 'result').seal()
    expect(await reading().openValue(job, 'result', result)).toEqual([1])
    const line = await sealed({}, theirs('a line'), 'log').seal()
    expect(await reading().openText(job, 'log', line as string)).toBe('a line')
  })

  it('is sealed by its fields, where the whole of it was in the layout and where a field was', async () => {
    const policy = { fields: ['/card'] }
    for (const stored of [theirs({ card: '4242', at: 1 }), { card: theirs('4242'), at: 1 }]) {
      const next = (await sealed({ policy }, stored).seal()) as object
      expect(next).toMatchObject({ at: 1, $wax: expect.any(String) })
      expect(await reading({ policy }).openData({ ...job, data: next })).toEqual({ card: '4242', at: 1 })
    }
  })

  it('is left as it is where it does not open, and where the window is over or lets it not through', async () => {
    const code = async (more: Partial<SealOptions>, stored: unknown = theirs(1)) =>
      sealed(more, stored)
        .seal()
        .catch((error) => error.code)
    expect(await code({}, 'rot:{')).toBe('open_failed')
    expect(await code({}, 'rot:')).toBe('malformed')
    expect(
      await reading({ plaintext: { pay: open } })
        .openData({ ...job, data: 'rot:' })
        .catch(({ code }) => code),
    ).toBe('malformed')
    expect(await code({ plaintext: { pay: { allowUntil: new Date(0) } } })).toBe('plaintext_rejected')
    expect(await code({ plaintext: { pay: { ...open, allowIf: () => false } } })).toBe('plaintext_rejected')
    expect(await code({ plaintext: { pay: { ...open, accept: 'legacy' } } }, { card: '4242' })).toBe('plaintext_rejected')
  })

  it('does not keep plaintext from being sealed', async () => {
    for (const stored of [null, 7, 'text', [], job.data])
      expect(await reading().openData({ ...job, data: await sealed({}, stored).seal() })).toEqual(stored)
    const error = { message: 'x', stack: 'at x' }
    const legacy = { plaintext: { pay: { ...open, accept: 'legacy' as const } } }
    expect(await reading().openError(job, await sealed(legacy, error, 'error').seal())).toMatchObject(error)
  })
})

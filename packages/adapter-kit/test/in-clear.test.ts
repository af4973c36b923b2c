import { createSealer, type Detector, generateKey, staticKeys } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { createInClear, createPayloads, errorText, isInClear, type SealOptions } from '../src/index.js'

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

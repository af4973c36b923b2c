import { createDedupKey, createSealer, generateKey, retention, staticKeys } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { contextOf, createBodies, openBody, sealBody } from '../src/index.js'

const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
const sealer = createSealer({ keys })
const seal = { sealer, app: 'shop' }
const invoice = { card: '4242 4242 4242 4242', amount: 1999 }

describe('a body', () => {
  it('is text that JSON consumers carry, beside its type and key', async () => {
    const { body, attributes } = await sealBody(invoice, { job: 'invoice', seal })
    expect(JSON.parse(body as string)).toEqual({ $sealed: expect.stringMatching(/^wax1\./), $job: 'invoice' })
    expect(attributes).toEqual({ 'waxseal-job': 'invoice', 'waxseal-key': 'k1~1' })
    expect(await openBody(body, { job: 'invoice', seal })).toEqual(invoice)
    const { $sealed } = JSON.parse(body as string)
    expect(await sealer.open($sealed, { context: contextOf('invoice', { app: 'shop' }) })).toEqual(invoice)
  })

  it('is bytes where bytes travel, a quarter smaller', async () => {
    const bodies = createBodies(seal)
    const large = { text: 'x'.repeat(4000) }
    const [text, bytes] = [await bodies.seal(large, { job: 'a' }), await bodies.seal(large, { job: 'a', as: 'bytes' })]
    expect(bytes.body).toBeInstanceOf(Uint8Array)
    expect(bytes.body.length / text.body.length).toBeLessThan(0.77)
    expect(bytes.attributes).toEqual({ 'waxseal-job': 'a', 'waxseal-key': 'k1~1' })
    expect(await bodies.open(bytes.body, { job: 'a' })).toEqual(large)
    const raw = await bodies.seal(Uint8Array.of(1, 2, 255), { job: 'a', as: 'bytes' })
    expect(await bodies.open(raw.body, { job: 'a' })).toEqual(Uint8Array.of(1, 2, 255))
  })

  it('keeps clear what its policy does not select', async () => {
    const bodies = createBodies({ ...seal, policy: { fields: ['/card'] } })
    for (const as of ['text', 'bytes'] as const) {
      const { body, attributes } = await bodies.seal(invoice, { job: 'invoice', as })
      const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
      expect(JSON.parse(text)).toMatchObject({ card: '[sealed]', amount: 1999 })
      expect(attributes['waxseal-key']).toBe('k1~1')
      expect(await bodies.open(body, { job: 'invoice' })).toEqual(invoice)
    }
  })

  it('is opened as a type that the consumer takes, and as no other', async () => {
    const bodies = createBodies(seal)
    for (const as of ['text', 'bytes'] as const) {
      const { body, attributes } = await bodies.seal(invoice, { job: 'invoice', as })
      for (const shape of [attributes, sqs(attributes), headers(attributes)])
        expect(await bodies.open(body, { job: ['refund', 'invoice'], attributes: shape })).toEqual(invoice)
      const other = { ...attributes, 'waxseal-job': 'refund' }
      await expect(bodies.open(body, { job: ['refund', 'invoice'], attributes: other })).rejects.toMatchObject({
        code: 'open_failed',
      })
      await expect(bodies.open(body, { job: ['refund'], attributes })).rejects.toMatchObject({ code: 'context_required' })
    }
  })

  it('tells what to do with what does not open', async () => {
    const bodies = createBodies(seal)
    expect(await bodies.tryOpen('{"a":1}', { job: 'a' })).toMatchObject({
      ok: false,
      retry: false,
      error: { code: 'plaintext_rejected' },
    })
    expect(await bodies.tryOpen('no json', { job: 'a' })).toMatchObject({ ok: false, retry: false, error: { code: 'malformed' } })
    const closed = createSealer({ keys })
    const other = createBodies({ sealer: closed, app: 'shop' })
    const { body } = await other.seal(invoice, { job: 'a' })
    await closed.close()
    expect(await other.tryOpen(body, { job: 'a' })).toMatchObject({ ok: false, retry: true, error: { code: 'closed' } })
  })

  it('has a key for deduplication that equal messages share, and a time to live', async () => {
    const dedup = createDedupKey({ keys, key: { kid: 'k1', version: 1 } })
    const bodies = createBodies({ ...seal, dedup, retention: retention.deleteAfter({ hours: 1 }) })
    const [one, two] = [await bodies.seal(invoice, { job: 'a' }), await bodies.seal({ ...invoice }, { job: 'a' })]
    expect(one.dedupId).toMatch(/^[\w-]{22}$/)
    expect(two.dedupId).toBe(one.dedupId)
    expect(two.body).not.toBe(one.body)
    expect((await bodies.seal(invoice, { job: 'b' })).dedupId).not.toBe(one.dedupId)
    expect((await bodies.seal({ other: 1 }, { job: 'a', dedupBy: invoice })).dedupId).toBe(one.dedupId)
    expect(one.ttlMs).toBe(3_600_000)
  })

  it('in clear is what the sender gave, without attributes', async () => {
    expect(await sealBody(invoice, { job: 'a', seal: { ...seal, write: 'plaintext' } })).toMatchObject({
      body: JSON.stringify(invoice),
      attributes: {},
    })
  })
})

const sqs = (attributes: Record<string, string>) =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]))
const headers = (attributes: Record<string, string>) =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, new TextEncoder().encode(value)]))

import { createDedupKey, createSealer, generateKey, retention, staticKeys } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { contextOf, createBodies, openBody, sealBody } from '../src/index.js'

const keys = staticKeys([{ kid: 'k1', version: 3, key: generateKey() }])
const sealer = createSealer({ keys })
const seal = { sealer, app: 'shop' }
const invoice = { card: '4242 4242 4242 4242', amount: 1999 }
const FORMS = ['string', 'bytes'] as const

describe('a body', () => {
  it('is text that JSON consumers carry, beside its type and key', async () => {
    const { body, attributes } = await sealBody(invoice, { job: 'invoice', seal })
    expect(JSON.parse(body)).toEqual({ $sealed: expect.stringMatching(/^wax1\./), $job: 'invoice' })
    expect(attributes).toEqual({ 'waxseal-job': 'invoice', 'waxseal-key': 'k1~3' })
    expect(await openBody(body, { job: 'invoice', seal })).toEqual(invoice)
    const { $sealed } = JSON.parse(body)
    expect(await sealer.open($sealed, { context: contextOf('invoice', { app: 'shop' }) })).toEqual(invoice)
  })

  it('is bytes where bytes travel, whatever they are handed over as', async () => {
    const bodies = createBodies(seal)
    for (const value of [invoice, Uint8Array.of(1, 2, 255), [], null]) {
      const { body, attributes } = await bodies.seal(value, { job: 'a', as: 'bytes' })
      expect(attributes).toEqual({ 'waxseal-job': 'a', 'waxseal-key': 'k1~3' })
      for (const shape of [body, Buffer.from(body), new Uint8Array(body).buffer])
        expect(await bodies.open(shape, { job: 'a' })).toEqual(value)
    }
  })

  it.each([
    [1024, 1587, 1163],
    [102_400, 136_883, 102_635],
  ])('of %i bytes of JSON is %i long as text and %i as bytes', async (length, text, bytes) => {
    const bodies = createBodies({ ...seal, app: 'billing' })
    const value = 'x'.repeat(length - 2)
    expect((await bodies.seal(value, { job: 'invoice' })).body.length).toBe(text)
    expect((await bodies.seal(value, { job: 'invoice', as: 'bytes' })).body.length).toBe(bytes)
  })

  it('carries the same JSON in either form', async () => {
    const bodies = createBodies(seal)
    const value = { at: new Date(0), gone: undefined, list: [undefined, 1] }
    for (const as of FORMS) {
      const { body } = await bodies.seal(value, { job: 'a', as })
      expect(await bodies.open(body, { job: 'a' })).toEqual({ at: '1970-01-01T00:00:00.000Z', list: [null, 1] })
      expect(await bodies.open((await bodies.seal(undefined, { job: 'a', as })).body, { job: 'a' })).toBe(null)
    }
  })

  it('keeps clear what its policy does not select', async () => {
    const bodies = createBodies({ ...seal, policy: { fields: ['/card'] } })
    for (const as of FORMS) {
      const { body, attributes } = await bodies.seal(invoice, { job: 'invoice', as })
      expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({ card: '[sealed]', amount: 1999 })
      expect(attributes['waxseal-key']).toBe('k1~3')
      expect(await bodies.open(body, { job: 'invoice' })).toEqual(invoice)
    }
  })

  it('holds bytes only where it is bytes, whole and sealed', async () => {
    const bytes = Uint8Array.of(1)
    const refused = { code: 'not_serialisable' }
    await expect(sealBody(bytes, { job: 'a', seal })).rejects.toMatchObject(refused)
    for (const more of [{ policy: { fields: ['/card'] } }, { write: 'plaintext' as const }])
      await expect(sealBody(bytes, { job: 'a', as: 'bytes', seal: { ...seal, ...more } })).rejects.toMatchObject(refused)
  })

  it('in clear is what the sender gave, without attributes', async () => {
    const clear = createBodies({ ...seal, write: 'plaintext' })
    expect(await clear.seal(invoice, { job: 'a' })).toMatchObject({ body: JSON.stringify(invoice), attributes: {} })
    const { body } = await clear.seal(invoice, { job: 'a', as: 'bytes' })
    expect(Buffer.from(body).toString()).toBe(JSON.stringify(invoice))
    expect((await clear.seal(undefined, { job: 'a' })).body).toBe('null')
  })

  it('in clear is opened while a window is open, and only then', async () => {
    const window = { allowUntil: new Date(Date.now() + 60_000) }
    const bodies = createBodies({ ...seal, plaintext: { a: window } })
    expect(await bodies.open('{"n":1}', { job: 'a' })).toEqual({ n: 1 })
    expect(await bodies.open(Buffer.from('{"n":1}'), { job: 'a' })).toEqual({ n: 1 })
    for (const job of ['b', 'constructor'])
      await expect(bodies.open('{"n":1}', { job })).rejects.toMatchObject({ code: 'plaintext_rejected' })
  })
})

describe('settings that depend on the message', () => {
  const perTenant = createBodies({
    sealer: createSealer({ keys: staticKeys(['acme', 'globex'].map((scope) => ({ kid: scope, scope, key: generateKey() }))) }),
    app: 'shop',
    policy: { fields: ['/card'] },
    scope: ({ data }) => (data as { tenant: string }).tenant,
  })

  it('are decided by its clear members, for replies by those of the message that they answer', async () => {
    for (const tenant of ['acme', 'globex']) {
      const { body: inReplyTo } = await perTenant.seal({ ...invoice, tenant }, { job: 'a' })
      expect(await perTenant.open(inReplyTo, { job: 'a' })).toEqual({ ...invoice, tenant })
      const reply = await perTenant.seal('done', { job: 'a', surface: 'result', inReplyTo })
      expect(reply.attributes['waxseal-key']).toBe(`${tenant}~1`)
      expect(await perTenant.open(reply.body, { job: 'a', surface: 'result', inReplyTo })).toBe('done')
      const line = await perTenant.sealError(new Error('no card'), 'a', inReplyTo)
      expect(await perTenant.openError(line, 'a', inReplyTo)).toMatchObject({ message: 'no card' })
    }
  })

  it('leave an error without details where the message cannot be read', async () => {
    expect(await perTenant.sealError(new TypeError('4242'), 'a', 'no json')).toBe('TypeError: [sealed]')
  })
})

describe('what a broker does with messages', () => {
  const dedup = createDedupKey({ keys, key: { kid: 'k1', version: 3 } })
  const bodies = createBodies({ ...seal, dedup })

  it('is decided by a key that equal messages share', async () => {
    const [one, two] = [await bodies.seal(invoice, { job: 'a' }), await bodies.seal({ ...invoice }, { job: 'a', as: 'bytes' })]
    expect(one.dedupId).toMatch(/^[\w-]{22}$/)
    expect(two.dedupId).toBe(one.dedupId)
    expect((await bodies.seal(invoice, { job: 'b' })).dedupId).not.toBe(one.dedupId)
    expect((await bodies.seal({ other: 1 }, { job: 'a', dedupBy: { ...invoice, gone: undefined } })).dedupId).toBe(one.dedupId)
    const clear = createBodies({ ...seal, dedup, write: 'plaintext' })
    expect((await clear.seal(invoice, { job: 'a' })).dedupId).toBe(one.dedupId)
  })

  it('takes no two replies for the same unless told so', async () => {
    expect((await bodies.seal('done', { job: 'a', surface: 'result' })).dedupId).toBe(undefined)
    expect((await bodies.seal('done', { job: 'a', surface: 'result', dedupBy: 7 })).dedupId).toMatch(/^[\w-]{22}$/)
  })

  it('asks what makes bytes the same', async () => {
    const call = { job: 'a', as: 'bytes' } as const
    await expect(bodies.seal(Uint8Array.of(1), call)).rejects.toMatchObject({ code: 'config' })
    expect((await bodies.seal(Uint8Array.of(1), { ...call, dedupBy: 'file 1' })).dedupId).toMatch(/^[\w-]{22}$/)
  })

  it.each([
    [retention.deleteAfter({ hours: 1 }), 3_600_000],
    [retention.deleteAt(new Date(1_000_500)), 500],
    [retention.deleteAt(new Date(999_000)), 0],
    [retention.deleteImmediately(), undefined],
    [retention.keepIndefinitely(), undefined],
  ])('lets %o live for %s ms', async (policy, ttlMs) => {
    const { ttlMs: found } = await sealBody(1, { job: 'a', seal: { ...seal, retention: policy, now: () => 1_000_000 } })
    expect(found).toBe(ttlMs)
  })
})

import { describe, expect, it } from 'vitest'
import { createSealer, fieldPolicy, generateKey, rootKeyProvider, staticKeys } from '../src/index.js'

const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
const context = { app: 'billing', job: 'invoice' }

describe('values', () => {
  for (const suite of ['aes-256-gcm', 'chacha20-poly1305'] as const)
    for (const as of ['string', 'bytes'] as const)
      it(`${suite} ${as}: text, bytes, JSON come back`, async () => {
        const sealer = createSealer({ keys, suite })
        for (const value of [
          '',
          'héllo \u{1F600}',
          '\uFEFFbom',
          { a: [1, 'x', null, true], n: { m: {} } },
          5,
          null,
          [],
          'x'.repeat(40000),
        ]) {
          const sealed = await sealer.seal(value, { context, as: as as 'bytes' })
          expect(await sealer.open(sealed, { context })).toEqual(value)
        }
        const bytes = new Uint8Array(16384 * 2).fill(7)
        const opened = await sealer.open(await sealer.seal(bytes, { context }), { context })
        expect(opened).toEqual(bytes)
        expect(opened.constructor).toBe(Uint8Array)
      })

  it('wrapped by a root key', async () => {
    const sealer = createSealer({ keys: rootKeyProvider({ id: 'root', keys }) })
    const sealed = await sealer.seal({ a: 1 }, { context, scope: 'tenant:a' })
    expect(sealed).toMatch(/^wax1\.c256w\.root~0\./)
    expect(await sealer.open(sealed, { context, scope: 'tenant:a' })).toEqual({ a: 1 })
    await expect(sealer.open(sealed, { context })).rejects.toMatchObject({ code: 'open_failed' })
  })
})

describe('documents', () => {
  it('bundle', async () => {
    const sealer = createSealer({ keys })
    const policy = fieldPolicy({ fields: ['/card', '/user/*/email'] })
    const doc = { card: '4111', amount: 9, user: { a: { email: 'x@y', n: 1 }, b: { email: 'z' } } }
    const sealed = await sealer.sealFields(doc, policy, { context })
    expect(JSON.stringify(sealed)).not.toContain('4111')
    expect(await sealer.openFields(sealed, policy, { context })).toEqual(doc)
    expect(doc.card).toBe('4111')
  })
  it('groups, inline, streams', async () => {
    const sealer = createSealer({ keys })
    const doc = {
      card: '4111',
      list: [
        { id: 1, e: 'a' },
        { id: 2, e: 'b' },
      ],
    }
    const groups = { groups: { pii: ['/list/*/e'], pci: ['/card'] }, authenticate: 'all' as const }
    const sealed = await sealer.sealFields(doc, groups, { context })
    expect(await sealer.openFields(sealed, groups, { context })).toEqual(doc)
    const inline = { fields: ['/list/*/e', '/card'], form: 'inline' as const, elementIds: { '/list': 'id' } }
    const sealedInline = await sealer.sealFields(doc, inline, { context })
    expect(await sealer.openFields(sealedInline, inline, { context })).toEqual(doc)
    const bytes = new Uint8Array(50000).map((_, i) => i)
    const stream = new Blob([bytes])
      .stream()
      .pipeThrough(sealer.sealStream({ context }))
      .pipeThrough(sealer.openStream({ context }))
    expect(new Uint8Array(await new Response(stream).arrayBuffer())).toEqual(bytes)
  })
})

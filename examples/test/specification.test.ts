import { readFileSync } from 'node:fs'
import { createBlindIndex, createDedupKey, fieldPolicy, staticKeys } from '@waxseal/core'
import { wrapContext, wrapContextBytes } from '@waxseal/core/keys'
import { createTestSealer } from '@waxseal/core/testing'
import { describe, expect, it } from 'vitest'

const specification = readFileSync(new URL('../../docs/spec/envelope.md', import.meta.url), 'utf8')
const hexOnly = specification.replace(/\s+/g, '')
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

const keys = staticKeys([{ kid: 'k1', version: 3, key: Uint8Array.from({ length: 32 }, (_, i) => i) }])
const randomBytes = (out: Uint8Array) => out.set(out.map((_, i) => 0x40 + i))
const context = { app: 'billing', job: 'invoice' }
const sealer = createTestSealer({ keys, randomBytes })

describe('the worked example of the specification', () => {
  it('is what the sealer makes of a value', async () => {
    const c20 = createTestSealer({ keys, randomBytes, suite: 'chacha20-poly1305' })
    expect(specification).toContain(`\n${await sealer.seal({ amount: 42 }, { context })}\n`)
    expect(specification).toContain(`\n${await sealer.seal({ amount: 42 }, { context, storeContext: true })}\n`)
    expect(specification).toContain(`\n${await c20.seal({ amount: 42 }, { context })}\n`)
    expect(hexOnly).toContain(hex(await sealer.seal({ amount: 42 }, { context, as: 'bytes' })))
  })

  it('is what the sealer makes of a document', async () => {
    const document = { user_id: 'u1', card: '4111 1111 1111 1111', amount: 99.9 }
    const sealed = await sealer.sealFields(document, fieldPolicy({ fields: ['/card'] }), { context })
    expect(specification).toContain(`\n${JSON.stringify(sealed)}\n`)
  })

  it('has the wrap context, the index value and the dedup value', async () => {
    expect(hexOnly).toContain(hex(wrapContextBytes(wrapContext('envelope', 'root', 0))))
    const index = {
      keys,
      table: 'users',
      field: 'email',
      name: 'exact',
      versions: [{ version: 1, key: { kid: 'k1', version: 3 } }],
    }
    const normaliser = { id: 'email-v1', normalise: (value: string) => value }
    for (const bits of [undefined, 12]) {
      const value = await createBlindIndex({ ...index, normaliser, bits }).value('ada@example.com')
      expect(specification).toContain(`\`${value}\``)
    }
    const dedup = await createDedupKey({ keys, key: { kid: 'k1', version: 3 } }).value('invoice', { b: 2, a: [1, 'x'] })
    expect(specification).toContain(`\`${dedup}\``)
  })
})

describe('the sizes of section 10', () => {
  const short = createTestSealer({ keys: staticKeys([{ kid: 'k2345678', key: new Uint8Array(32).fill(1) }]) })

  it.each([
    [16, 103, 140],
    [1024, 1111, 1484],
  ])('%i bytes take %i bytes in binary form and %i characters as a string', async (length, binary, text) => {
    const value = new Uint8Array(length)
    expect((await short.seal(value, { context, as: 'bytes' })).length).toBe(binary)
    expect((await short.seal(value, { context })).length).toBe(text)
  })
})

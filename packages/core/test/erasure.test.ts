import { afterEach, describe, expect, it, vi } from 'vitest'
import { backend } from '#backend'
import type { MessageCipher } from '../src/backend/types.ts'
import { settle } from '../src/flow.ts'
import { openChunks, sealedLength } from '../src/format/chunks.ts'
import { expand } from '../src/format/derive.ts'
import { openEnvelope, sealEnvelope } from '../src/format/engine.ts'
import { parseEnvelope } from '../src/format/envelope.ts'
import { FORM, suiteByName } from '../src/format/suites.ts'
import { aesIsSync, bytes, erased, outcome, utf8 } from './fixtures.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('what is erased', () => {
  it('both blocks of a derivation', () => {
    const blocks: Uint8Array[] = []
    const okm = expand(() => blocks[blocks.push(bytes(64, 1)) - 1]!, 76, utf8('info'))
    expect(okm.length).toBe(76)
    expect(erased(blocks)).toEqual([true, true])
    expect(erased([okm])).toEqual([false])
  })

  it.each([[undefined], [1], [2]])('the parts of a message whose chunk %s is forged', async (forged) => {
    const parts: Uint8Array[] = []
    const cipher: MessageCipher = {
      encrypt: () => {},
      decrypt: (_, sealed) => (parts.length === forged ? undefined : parts[parts.push(bytes(sealed.length - 16, 1)) - 1]),
    }
    const plaintext = await settle(openChunks(cipher, bytes(12), new Uint8Array(sealedLength(40_000))))
    expect(plaintext?.length).toBe(forged === undefined ? 40_000 : undefined)
    expect(erased(parts)).toEqual(parts.map(() => true))
    expect(parts.length).toBe(forged ?? 3)
  })

  it.runIf(aesIsSync)('message keys and frames, whether the envelope opens or not', async () => {
    const seen: Uint8Array[] = []
    const header = { suite: suiteByName('aes-256-gcm')!, locator: { kid: 'k1', version: 1 } }
    // 76 bytes come out of the memory that derivations use; of these the first 32 are the key.
    const alloc = backend.alloc
    vi.spyOn(backend, 'alloc').mockImplementation((length) => {
      const out = alloc(length)
      if (length === 76) seen.push(out.subarray(0, 32))
      return out
    })
    const prk = backend.hmac('sha512', bytes(32))
    const binding = { prk, form: FORM.value, canonical: utf8('context') }
    const frame = bytes(10, 1)
    const sealed = await settle(sealEnvelope(header, binding, frame, (length) => bytes(length), 'bytes'))
    const envelope = parseEnvelope(sealed, 1000)
    expect(await settle(openEnvelope(envelope, binding))).toEqual(bytes(10, 1))
    expect(await outcome(() => settle(openEnvelope(envelope, { ...binding, canonical: utf8('other') })))).toBe('open_failed')
    expect(erased([...seen, frame])).toEqual([true, true, true, true])
  })
})

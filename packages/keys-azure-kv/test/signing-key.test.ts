import { createPublicKey, generateKeyPairSync, type KeyObject, publicEncrypt, sign } from 'node:crypto'
import type { FakeAzureKeyVault } from '@waxseal/conformance/fakes'
import { bindByHash, wrapContext, wrapContextBytes } from '@waxseal/core/keys'
import { describe, expect, it } from 'vitest'
import type { AzureKeyVaultOptions, SigningPublicKey } from '../src/index.ts'
import { codeOf, onVault, publicKeyOf, vaultWithKeys } from './bench.ts'

const call = { now: () => Date.now() }
const bound = wrapContext('envelope', 'azure-kv', 0)
const other = wrapContext('envelope', 'azure-kv', 0, 'tenant:other')
const key = Uint8Array.from({ length: 32 }, (_, i) => i + 1)

const lp = (bytes: Uint8Array): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
const partsOf = (wrapped: Uint8Array) => {
  const blob = wrapped.slice(4, 4 + Buffer.from(wrapped).readUInt32BE(0))
  return { blob, signature: wrapped.slice(8 + blob.length) }
}
/** What the specification, section 4, has the service sign. */
const message = (blob: Uint8Array, context = bound) =>
  Buffer.concat([Buffer.from('waxseal/v1/wrap\0'), lp(wrapContextBytes(context)), lp(blob)])

const signedBy = (privateKey: KeyObject, blob: Uint8Array, context = bound): Uint8Array => {
  const how = privateKey.asymmetricKeyType === 'rsa' ? { padding: 6, saltLength: 32 } : { dsaEncoding: 'ieee-p1363' as const }
  return Uint8Array.from(Buffer.concat([lp(blob), lp(sign('sha256', message(blob, context), { key: privateKey, ...how }))]))
}

/** A key wrapped by somebody who has the public keys only, as everybody may. */
async function wrappedByAnybody(azure: FakeAzureKeyVault, genuine: Uint8Array, context = bound): Promise<Buffer> {
  const { n, e } = (await publicKeyOf(azure, 'orders')) as { n: string; e: string }
  const publicKey = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' })
  const ciphertext = publicEncrypt({ key: publicKey, oaepHash: 'sha256', padding: 4 }, bindByHash(key, context))
  return Buffer.concat([partsOf(genuine).blob.subarray(0, 33), ciphertext])
}

const asked = async (azure: FakeAzureKeyVault, run: () => Promise<unknown>): Promise<readonly string[]> => {
  const before = azure.requests.length
  await run()
  return azure.requests.slice(before).map(({ operation }) => operation)
}

describe.each(['EC', 'RSA'] as const)('the signature of a wrapped key (%s)', (kty) => {
  const made = vaultWithKeys(kty)
  const configured = async (options: Partial<AzureKeyVaultOptions> = {}) =>
    onVault(await made, { signingPublicKeys: [await publicKeyOf(await made, 'orders-signing')], ...options })

  it('is over what the specification says, and is the only one that opens', async () => {
    const azure = await made
    const provider = await configured()
    const genuine = await provider.wrapKey(key, bound, call)
    const { blob, signature } = partsOf(genuine)
    expect(blob.length).toBe(289)
    expect(signature.length).toBe(kty === 'RSA' ? 256 : 64)
    const forged = await wrappedByAnybody(azure, genuine)
    for (const own of [generateKeyPairSync('rsa', { modulusLength: 2048 }), generateKeyPairSync('ec', { namedCurve: 'P-256' })]) {
      const wrapped = signedBy(own.privateKey, forged)
      expect(await codeOf(() => provider.unwrapKey(wrapped, bound, call))).toBe('open_failed')
      // The same bytes under a public key that is configured: nothing but the signature was in the way.
      const pem = own.publicKey.export({ type: 'spki', format: 'pem' }) as string
      for (const publicKey of [pem, own.publicKey.export({ format: 'jwk' }) as SigningPublicKey]) {
        const trusting = await configured({ signingPublicKeys: [publicKey] })
        expect(await trusting.unwrapKey(wrapped, bound, call)).toEqual(key)
      }
    }
  })

  it('is checked before anything is unwrapped, and binds context and blob', async () => {
    const azure = await made
    const provider = await configured()
    const genuine = await provider.wrapKey(key, bound, call)
    const { blob, signature } = partsOf(genuine)
    const second = partsOf(await provider.wrapKey(key, other, call))
    const join = (a: Uint8Array, b: Uint8Array) => Uint8Array.from(Buffer.concat([lp(a), lp(b)]))
    const turned = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))
    const operations = await asked(azure, async () => {
      for (const [wrapped, context] of [
        [genuine, other],
        [join(blob, second.signature), bound],
        [join(second.blob, signature), bound],
        [join(blob, new Uint8Array()), bound],
        [join(blob, signature.slice(1)), bound],
        ...[0, 1, 17, 33, 100].map((at) => [join(turned(blob, at), signature), bound] as const),
      ] as const)
        expect(await codeOf(() => provider.unwrapKey(wrapped, context, call))).toBe('open_failed')
    })
    expect(operations).toEqual([])
  })

  if (kty === 'RSA')
    it('has the length of the key, also where it begins with zeros', async () => {
      const own = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const publicKey = own.publicKey.export({ format: 'jwk' }) as SigningPublicKey
      const provider = await configured({ signingPublicKeys: [publicKey] })
      const blob = await wrappedByAnybody(await made, await (await configured()).wrapKey(key, bound, call))
      let wrapped = signedBy(own.privateKey, blob)
      // One in 256 begins with a zero.
      for (let i = 0; i < 10_000 && partsOf(wrapped).signature[0] !== 0; i++) wrapped = signedBy(own.privateKey, blob)
      const { signature } = partsOf(wrapped)
      expect(signature[0]).toBe(0)
      expect(await codeOf(() => provider.unwrapKey(wrapped, bound, call))).toBe('ok')
      const shorter = Uint8Array.from(Buffer.concat([lp(blob), lp(signature.slice(1))]))
      expect(await codeOf(() => provider.unwrapKey(shorter, bound, call))).toBe('open_failed')
    })

  it('is not enough: the hash of the context is wrapped as well', async () => {
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const publicKey = own.publicKey.export({ format: 'jwk' }) as SigningPublicKey
    const provider = await configured({ signingPublicKeys: [publicKey] })
    const genuine = await (await configured()).wrapKey(key, bound, call)
    const elsewhere = await wrappedByAnybody(await made, genuine, other)
    expect(await codeOf(() => provider.unwrapKey(signedBy(own.privateKey, elsewhere), bound, call))).toBe('open_failed')
  })

  it('of a key that is not configured ends sealing: what nobody would open is not made', async () => {
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const publicKey = own.publicKey.export({ format: 'jwk' }) as SigningPublicKey
    const provider = await configured({ signingPublicKeys: [publicKey] })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('config')
  })

  it('that came in other bytes than it was made is an outage', async () => {
    const azure = await made
    for (const provider of [await configured({ retry: false }), onVault(azure, { retry: false })]) {
      azure.faults.inject({ kind: 'corrupt' }, { operation: 'sign' })
      expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('provider_unavailable')
      expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('ok')
    }
    // And a public key that did: it is not kept.
    const provider = onVault(azure, { retry: false })
    azure.faults.inject({ kind: 'corrupt' }, { operation: 'getkey', times: 2 })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('provider_unavailable')
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('ok')
  })
})

describe('a rotation of the signing key', () => {
  it('with a list: ends sealing until the new public key is in it; earlier ones open what they signed', async () => {
    const azure = await vaultWithKeys()
    const first = await publicKeyOf(azure, 'orders-signing')
    const before = await onVault(azure, { signingPublicKeys: [first] }).wrapKey(key, bound, call)
    await azure.rotateKey('orders-signing')
    expect(await codeOf(() => onVault(azure, { signingPublicKeys: [first] }).wrapKey(key, bound, call))).toBe('config')
    const second = await publicKeyOf(azure, 'orders-signing')
    const both = onVault(azure, { signingPublicKeys: [second, first] })
    for (const wrapped of [before, await both.wrapKey(key, bound, call)])
      expect(await both.unwrapKey(wrapped, bound, call)).toEqual(key)
    expect(await codeOf(() => onVault(azure, { signingPublicKeys: [second] }).unwrapKey(before, bound, call))).toBe('open_failed')
  })

  it('is put off by pinning the version that signs', async () => {
    const azure = await vaultWithKeys()
    const first = (await publicKeyOf(azure, 'orders-signing')) as { kid: string }
    await azure.rotateKey('orders-signing')
    const signingKey = `orders-signing/${first.kid.slice(-32)}`
    const pinned = onVault(azure, { signingKey, signingPublicKeys: [first as SigningPublicKey] })
    expect(await pinned.unwrapKey(await pinned.wrapKey(key, bound, call), bound, call)).toEqual(key)
  })

  it('with the vault: is taken as the vault says it; a version that is disabled counts no longer', async () => {
    const azure = await vaultWithKeys()
    const before = await onVault(azure).wrapKey(key, bound, call)
    const { version } = await azure.rotateKey('orders-signing')
    const provider = onVault(azure)
    const after = await provider.wrapKey(key, bound, call)
    expect(Buffer.from(after.subarray(21, 37)).toString('hex')).toBe(version)
    // One call for the public key of the earlier version, then none.
    expect(await asked(azure, async () => provider.unwrapKey(before, bound, call))).toEqual(['getkey', 'unwrapkey'])
    expect(await asked(azure, async () => provider.unwrapKey(before, bound, call))).toEqual(['unwrapkey'])
    azure.disableKey('orders-signing', { version: Buffer.from(before.subarray(21, 37)).toString('hex') })
    expect(await codeOf(() => onVault(azure).unwrapKey(before, bound, call))).toBe('key_suspended')
    const unknown = before.slice().fill(7, 21, 37)
    expect(await codeOf(() => onVault(azure).unwrapKey(unknown, bound, call))).toBe('key_not_found')
  })

  it('is noticed where the version that signed is disabled', async () => {
    const azure = await vaultWithKeys()
    const provider = onVault(azure)
    const before = await provider.wrapKey(key, bound, call)
    await azure.rotateKey('orders-signing')
    azure.disableKey('orders-signing', { version: Buffer.from(before.subarray(21, 37)).toString('hex') })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('key_suspended')
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('ok')
  })

  it('to a key of another curve or type is a mistake', async () => {
    const azure = await vaultWithKeys()
    await azure.createKey('wrong', { kty: 'RSA', operations: ['wrapKey'] })
    expect(await codeOf(() => onVault(azure, { signingKey: 'wrong' }).wrapKey(key, bound, call))).toBe('access_denied')
  })
})

it('opens without a call but the one that unwraps, and without the right to sign', async () => {
  const azure = await vaultWithKeys()
  const wrapped = await onVault(azure).wrapKey(key, bound, call)
  const reader = onVault(azure, { signingPublicKeys: [await publicKeyOf(azure, 'orders-signing')] })
  azure.setAccess(azure.clientId, ['unwrapKey'])
  expect(await asked(azure, async () => reader.unwrapKey(wrapped, bound, call))).toEqual(['token', 'unwrapkey'])
})

it('of an imported key that is none is a mistake', async () => {
  const azure = await vaultWithKeys()
  const wrapped = await onVault(azure).wrapKey(key, bound, call)
  const signingPublicKeys = [{ kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }]
  expect(await codeOf(() => onVault(azure, { signingPublicKeys }).unwrapKey(wrapped, bound, call))).toBe('config')
})

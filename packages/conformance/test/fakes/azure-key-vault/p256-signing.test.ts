import { expect, it } from 'vitest'
import { p256Sign, p256Verify } from '../../../src/fakes/azure-key-vault/p256-signing.ts'

const algorithm = { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' }

it('agrees with WebCrypto about signatures, and about what is none', async () => {
  for (let i = 0; i < 8; i++) {
    const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const jwk = await crypto.subtle.exportKey('jwk', privateKey)
    const message = crypto.getRandomValues(new Uint8Array(i * 9))
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', message))
    const theirs = new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, message))
    expect(p256Verify(jwk, digest, theirs)).toBe(true)
    const ours = p256Sign(jwk, digest)
    expect(await crypto.subtle.verify(algorithm, publicKey, ours, message)).toBe(true)
    for (const signature of [theirs, ours]) {
      const turned = signature.slice()
      turned[i * 8]! ^= 1
      expect(p256Verify(jwk, digest, turned)).toBe(false)
    }
    expect(
      p256Verify(
        jwk,
        digest.map((byte) => byte ^ 1),
        theirs,
      ),
    ).toBe(false)
    expect(p256Verify(jwk, digest, new Uint8Array(64))).toBe(false)
    expect(p256Verify(jwk, digest, theirs.slice(1))).toBe(false)
  }
})

import { expect, it } from 'vitest'
import { type RsaScheme, rsaSign, rsaVerify } from '../../../src/fakes/azure-key-vault/rsa-signing.ts'

const names: Record<RsaScheme, string> = { PS256: 'RSA-PSS', RS256: 'RSASSA-PKCS1-v1_5' }

it.each(['PS256', 'RS256'] as const)('agrees with WebCrypto about signatures by %s, and about what is none', async (scheme) => {
  const algorithm = { name: names[scheme], hash: 'SHA-256', saltLength: 32 }
  const made = { ...algorithm, modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }
  const { privateKey, publicKey } = (await crypto.subtle.generateKey(made, true, ['sign', 'verify'])) as CryptoKeyPair
  const jwk = await crypto.subtle.exportKey('jwk', privateKey)
  for (let i = 0; i < 4; i++) {
    const message = crypto.getRandomValues(new Uint8Array(i * 9))
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', message))
    const theirs = new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, message))
    expect(await rsaVerify(scheme, jwk, digest, theirs)).toBe(true)
    const ours = await rsaSign(scheme, jwk, digest)
    expect(await crypto.subtle.verify(algorithm, publicKey, ours, message)).toBe(true)
    const turned = theirs.slice()
    turned[i * 60]! ^= 1
    expect(await rsaVerify(scheme, jwk, digest, turned)).toBe(false)
    expect(
      await rsaVerify(
        scheme,
        jwk,
        digest.map((byte) => byte ^ 1),
        theirs,
      ),
    ).toBe(false)
    expect(await rsaVerify(scheme, jwk, digest, theirs.slice(1))).toBe(false)
    expect(await rsaVerify(scheme, jwk, digest, new Uint8Array(256).fill(255))).toBe(false)
  }
})

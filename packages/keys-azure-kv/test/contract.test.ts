import { keyProviderContract, keyServiceContract } from '@waxseal/conformance/contracts'
import { describe, it } from 'vitest'
import { bench, hsmWithKey, onHsm, onVault, publicKeyOf, vaultWithKeys } from './bench.ts'

for (const kty of ['RSA', 'EC'] as const)
  for (const publicKeys of ['configured', 'vault'] as const) {
    const name = `azureKeyVault signed by ${kty}, public keys ${publicKeys === 'vault' ? 'of the vault' : 'configured'}`
    const keysOf = async (azure: Awaited<ReturnType<typeof vaultWithKeys>>, signer = 'orders-signing') =>
      publicKeys === 'vault' ? ('vault' as const) : [await publicKeyOf(azure, signer)]
    const made = vaultWithKeys(kty)
    keyProviderContract({
      describe,
      it,
      harness: {
        name,
        create: async () => onVault(await made, { signingPublicKeys: await keysOf(await made) }),
        createOther: async () => {
          const azure = await made
          await Promise.all([azure.createKey('other'), azure.createKey('other-signing', { kty })])
          return onVault(azure, {
            keyId: `${azure.vaultUrl}/keys/other`,
            signingKey: 'other-signing',
            signingPublicKeys: await keysOf(azure, 'other-signing'),
          })
        },
        remote: true,
      },
    })
    // New RSA keys for every test take their time; what asks the service is the same for both.
    if (kty === 'RSA') continue
    keyServiceContract({
      describe,
      it,
      harness: {
        name,
        create: () =>
          bench(
            'vault',
            (now) => vaultWithKeys(kty, now),
            async (azure, options) => {
              const signingPublicKeys = await keysOf(azure)
              return (service) => onVault(azure, { ...options, signingPublicKeys, ...service })
            },
          ),
        can: ['disable', 'destroy', 'expireCredentials'],
        destroyed: 'key_not_found',
        followsClock: true,
        requestsToWrap: 2,
      },
    })
  }

for (const algorithm of ['A256KW', 'A256GCM'] as const) {
  const made = hsmWithKey()
  keyProviderContract({
    describe,
    it,
    harness: {
      name: `azureKeyVault with ${algorithm}`,
      create: async () => onHsm(await made, { algorithm }),
      createOther: async () => {
        await (await made).createKey('other', { kty: 'oct-HSM' })
        return onHsm(await made, { algorithm, keyId: `${(await made).hsmUrl}/keys/other` })
      },
      remote: true,
      deterministic: algorithm === 'A256KW',
    },
  })
  keyServiceContract({
    describe,
    it,
    harness: {
      name: `azureKeyVault with ${algorithm}`,
      create: () =>
        bench(
          'managed-hsm',
          hsmWithKey,
          async (azure, options) => (service) => onHsm(azure, { ...options, algorithm, ...service }),
        ),
      can: ['disable', 'destroy', 'expireCredentials'],
      destroyed: 'key_not_found',
      followsClock: true,
    },
  })
}

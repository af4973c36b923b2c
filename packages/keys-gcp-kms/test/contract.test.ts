import { keyProviderContract, keyServiceContract } from '@waxseal/conformance/contracts'
import { describe, it } from 'vitest'
import { authOf, bench, fakeKms, type Mode, onFake } from './bench.ts'

const kms = await fakeKms()

for (const mode of ['self-signed', 'exchange', 'metadata', 'function'] satisfies Mode[]) {
  keyProviderContract({
    describe,
    it,
    harness: {
      name: `gcpKms with tokens: ${mode}`,
      create: () => onFake(kms, authOf(kms, mode)),
      createOther: () => onFake(kms, { ...authOf(kms, mode), keyName: kms.createKey() }),
      remote: true,
    },
  })
  keyServiceContract({
    describe,
    it,
    harness: {
      name: `gcpKms (${mode})`,
      create: () => bench(mode),
      // Tokens that a service account signs itself are not revoked.
      can: ['disable', 'destroy', 'rotate', ...(mode === 'self-signed' ? [] : ['expireCredentials' as const])],
      followsClock: mode !== 'function',
    },
  })
}

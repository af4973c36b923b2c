import type { KeyServiceBench } from '@waxseal/conformance/contracts'
import { createFakeGcpKms, type FakeGcpKms, type FakeGcpKmsOptions } from '@waxseal/conformance/fakes'
import { type KeyProvider, WaxsealError } from '@waxseal/core'
import type { KeyServiceOptions } from '@waxseal/core/keys'
import { type GcpKmsOptions, gcpKms } from '../src/index.ts'

// Making the key of a service account takes a moment: one for all tests of a file.
const { serviceAccount } = await createFakeGcpKms()

export const fakeKms = (options: FakeGcpKmsOptions = {}): Promise<FakeGcpKms> => createFakeGcpKms({ serviceAccount, ...options })

/** A provider on the fake, as a user would configure it. */
export const onFake = (kms: FakeGcpKms, options: Partial<GcpKmsOptions> = {}): KeyProvider =>
  gcpKms({ keyName: kms.keyName, credentials: kms.serviceAccount, fetch: kms.fetch as typeof fetch, ...options })

/** How a provider gets tokens. */
export type Mode = 'self-signed' | 'exchange' | 'metadata' | 'function'

export const authOf = (kms: FakeGcpKms, mode: Mode): Partial<GcpKmsOptions> =>
  ({
    'self-signed': { credentials: kms.serviceAccount },
    exchange: { credentials: JSON.stringify(kms.serviceAccount), tokens: 'exchange' as const },
    metadata: { credentials: 'metadata' },
    function: { credentials: async () => kms.createAccessToken() },
  })[mode]

/** A fake, and what its operator can do. */
export async function bench(mode: Mode): Promise<KeyServiceBench> {
  const fake = await fakeKms()
  const version = `${fake.keyName}/cryptoKeyVersions/1`
  const lines = fake.serviceAccount.private_key.split('\n')
  return {
    fake,
    create: (service: KeyServiceOptions) => onFake(fake, { ...authOf(fake, mode), ...service }),
    deny: () => fake.deny({ keyName: fake.keyName }),
    allow: () => fake.allow(),
    disable: () => fake.disableVersion(version),
    enable: () => fake.enableVersion(version),
    destroy: () => fake.destroyVersion(version, { afterDays: 0 }),
    rotate: () => fake.rotateKey(fake.keyName),
    // Tokens that a service account signs itself are not revoked.
    ...(mode === 'self-signed' ? {} : { expireCredentials: () => fake.revokeAccessTokens() }),
    // Parts of the key, and what access tokens and signed ones begin with.
    secrets: [lines[1]!, lines[9]!, 'ya29.', 'eyJ'],
  }
}

export const codeOf = async (run: () => unknown): Promise<string> => {
  try {
    await run()
    return 'ok'
  } catch (error) {
    if (!WaxsealError.is(error)) throw error
    return error.code
  }
}

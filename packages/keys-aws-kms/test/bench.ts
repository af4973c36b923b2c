import type { KeyServiceBench } from '@waxseal/conformance/contracts'
import { createFakeAwsKms, type FakeAwsKms } from '@waxseal/conformance/fakes'
import type { KeyProvider } from '@waxseal/core'
import type { KeyServiceOptions } from '@waxseal/core/keys'
import { type AwsKmsOptions, awsKms } from '../src/index.ts'

/** A provider on the fake, as a user would configure it. */
export const onFake = (kms: FakeAwsKms, options: Partial<AwsKmsOptions> = {}): KeyProvider =>
  awsKms({ keyId: kms.keyArn, credentials: kms.credentials, fetch: kms.fetch as typeof fetch, ...options })

/** A fake whose credentials can expire, and what its operator can do. */
export function bench(options: Partial<AwsKmsOptions> = {}): KeyServiceBench {
  const fake = createFakeAwsKms()
  let credentials = fake.createCredentials()
  return {
    fake,
    create: (service: KeyServiceOptions) => onFake(fake, { credentials: () => credentials, ...options, ...service }),
    deny: () => fake.deny({ keyArn: fake.keyArn }),
    allow: () => fake.allow(),
    disable: () => fake.disableKey(fake.keyArn),
    enable: () => fake.enableKey(fake.keyArn),
    destroy: () => fake.scheduleKeyDeletion(fake.keyArn),
    rotate: () => fake.rotateKey(fake.keyArn),
    expireCredentials: () => {
      fake.deleteCredentials(credentials.accessKeyId)
      credentials = fake.createCredentials()
    },
    secrets: [credentials.secretAccessKey, credentials.accessKeyId],
  }
}

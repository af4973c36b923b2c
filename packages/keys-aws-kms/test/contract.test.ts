import { keyProviderContract, keyServiceContract } from '@waxseal/conformance/contracts'
import { createFakeAwsKms } from '@waxseal/conformance/fakes'
import { describe, it } from 'vitest'
import { bench, onFake } from './bench.ts'

for (const dataKeys of ['local', 'service'] as const) {
  const kms = createFakeAwsKms()
  keyProviderContract({
    describe,
    it,
    harness: {
      name: `awsKms with data keys made by the ${dataKeys === 'local' ? 'process' : 'service'}`,
      create: () => onFake(kms, { dataKeys }),
      createOther: () => onFake(kms, { dataKeys, keyId: kms.createKey() }),
      remote: true,
      generates: dataKeys === 'service',
      rewraps: true,
    },
  })
  keyServiceContract({
    describe,
    it,
    harness: {
      name: `awsKms (${dataKeys})`,
      create: () => bench({ dataKeys }),
      can: ['disable', 'destroy', 'rotate', 'expireCredentials'],
      rewraps: true,
      destroyed: 'key_suspended',
      followsClock: true,
      saysRetryAfter: true,
    },
  })
}

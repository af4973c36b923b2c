import { KMS } from '@aws-sdk/client-kms'
import { keyProviderContract } from '@waxseal/conformance/contracts'
import { createSealer, type KeyProvider, WaxsealError } from '@waxseal/core'
import { localKmsMissing, motoMissing, type Service, startLocalKms, startMoto } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AwsKmsOptions, awsKms } from '../src/index.ts'

const region = 'us-east-1'
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const context = { app: 'billing', job: 'invoice' }
const call = { now: () => Date.now() }

// What each emulator does otherwise than KMS, as far as a test here would notice.
const EMULATORS = [
  {
    name: 'moto',
    missing: motoMissing(),
    start: startMoto,
    // A key that is disabled still decrypts there; a wrong key is AccessDenied instead of IncorrectKey.
    refusesDisabled: false,
    wrongKey: 'access_denied',
  },
  {
    name: 'local-kms',
    missing: localKmsMissing(),
    start: startLocalKms,
    refusesDisabled: true,
    wrongKey: 'open_failed',
    malleable: 'local-kms looks at no ARN inside a ciphertext where KeyId is sent',
  },
] as const

for (const { name, missing, start, refusesDisabled, wrongKey, ...differs } of EMULATORS)
  describeIf(!missing, missing ?? '')(`awsKms against ${name}`, () => {
    let service: Service
    let sdk: KMS
    let [keyArn, otherArn] = ['', '']
    const createKey = async () => (await sdk.createKey({})).KeyMetadata!.Arn!
    const create = (options: Partial<AwsKmsOptions> = {}): KeyProvider =>
      awsKms({ keyId: keyArn, credentials, endpoint: service.url, ...options })

    beforeAll(async () => {
      service = await start()
      sdk = new KMS({ region, credentials, endpoint: service.url })
      keyArn = await createKey()
      otherArn = await createKey()
      await sdk.createAlias({ AliasName: 'alias/orders', TargetKeyId: keyArn })
    })
    afterAll(async () => {
      sdk?.destroy()
      await service?.stop()
    })

    for (const [how, options] of [
      ['local', { dataKeys: 'local' }],
      ['service', { dataKeys: 'service' }],
    ] as const)
      keyProviderContract({
        describe,
        it,
        harness: {
          name: `over fetch (${how})`,
          create: () => create(options),
          createOther: () => create({ ...options, keyId: otherArn }),
          remote: true,
          generates: options.dataKeys === 'service',
          rewraps: true,
          ...differs,
        },
      })

    keyProviderContract({
      describe,
      it,
      harness: {
        name: 'over the AWS SDK',
        create: () => awsKms({ keyId: keyArn, client: sdk }),
        createOther: () => awsKms({ keyId: otherArn, client: sdk }),
        remote: true,
        rewraps: true,
        ...differs,
      },
    })

    it('follows an alias, and opens what the key before wrapped where it is listed', async () => {
      const alias = (options: Partial<AwsKmsOptions> = {}) =>
        createSealer({ keys: create({ keyId: 'alias/orders', region, ...options }) })
      const sealed = await alias().seal('x', { context, scope: 'tenant:acme' })
      expect(await alias().open(sealed, { context, scope: 'tenant:acme' })).toBe('x')
      await sdk.updateAlias({ AliasName: 'alias/orders', TargetKeyId: otherArn })
      const moved = alias({ earlierKeys: [keyArn] })
      expect(await moved.open(sealed, { context, scope: 'tenant:acme' })).toBe('x')
      const rewrapped = await moved.rewrap(sealed, { scope: 'tenant:acme' })
      expect(await alias().open(rewrapped, { context, scope: 'tenant:acme' })).toBe('x')
    })

    it('a blob of another key is refused, whatever its name says', async () => {
      const bound = { waxseal: 'v1/wrap', use: 'envelope', kid: 'aws-kms', version: '0' }
      const wrapped = Uint8Array.from(await create({ keyId: otherArn }).wrapKey(new Uint8Array(32).fill(1), bound, call))
      wrapped.set(new TextEncoder().encode(keyArn.split('/')[1]), 2)
      const error = await Promise.resolve(create().unwrapKey(wrapped, bound, call)).catch((thrown: unknown) => thrown)
      expect(WaxsealError.is(error) && error.code).toBe(wrongKey)
    })

    it('tells a key that is disabled', async () => {
      const keyId = await createKey()
      const provider = create({ keyId })
      expect(await provider.status(call)).toBe('available')
      await sdk.disableKey({ KeyId: keyId.split('/')[1] })
      expect(await provider.status(call)).toBe('unavailable')
      const error = await createSealer({ keys: provider })
        .seal('x', { context })
        .catch((thrown: unknown) => thrown)
      expect(WaxsealError.is(error) ? error.code : 'sealed').toBe(refusesDisabled ? 'key_suspended' : 'sealed')
    })
  })

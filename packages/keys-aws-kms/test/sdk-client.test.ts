import {
  DecryptCommand,
  DescribeKeyCommand,
  DisabledException,
  EncryptCommand,
  GenerateDataKeyCommand,
  IncorrectKeyException,
  InvalidCiphertextException,
  KMS,
  KMSInternalException,
  KMSInvalidStateException,
  NotFoundException,
} from '@aws-sdk/client-kms'
import { keyProviderContract } from '@waxseal/conformance/contracts'
import { createFakeAwsKms, type Served, serve } from '@waxseal/conformance/fakes'
import { createSealer, WaxsealError } from '@waxseal/core'
import { wrapContext } from '@waxseal/core/keys'
import { describeIf } from '@waxseal/test'
import { mockClient } from 'aws-sdk-client-mock'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { awsKms } from '../src/index.ts'

// A browser cannot listen.
const canListen = globalThis.process?.getBuiltinModule !== undefined
const describe = describeIf(canListen, 'this runtime cannot listen')

const kms = createFakeAwsKms()
const { region, keyArn } = kms
let served: Served | undefined
const clients: KMS[] = []
beforeAll(async () => {
  if (canListen) served = await serve(kms)
})
afterAll(async () => {
  for (const client of clients) client.destroy()
  await served?.close()
})

const client = (): KMS => {
  const made = new KMS({ region, credentials: kms.credentials, endpoint: served!.url, maxAttempts: 1 })
  clients.push(made)
  return made
}

for (const dataKeys of ['local', 'service'] as const)
  keyProviderContract({
    describe,
    it,
    harness: {
      name: `awsKms over the AWS SDK (${dataKeys})`,
      create: () => awsKms({ keyId: keyArn, client: client(), dataKeys }),
      createOther: () => awsKms({ keyId: kms.createKey(), client: client(), dataKeys }),
      remote: true,
      generates: dataKeys === 'service',
      rewraps: true,
    },
  })

describe('a client that was passed in', () => {
  const call = { now: () => Date.now() }
  const bound = wrapContext('envelope', 'aws-kms', 0)
  const key = new Uint8Array(32).fill(7)
  const blob = new Uint8Array(184).fill(9)

  it('is sent the commands that KMS documents, and its answers are taken', async () => {
    const mocked = mockClient(KMS)
    mocked.on(EncryptCommand).resolves({ CiphertextBlob: blob, KeyId: keyArn })
    mocked.on(DecryptCommand).resolves({ Plaintext: key, KeyId: keyArn })
    mocked.on(DescribeKeyCommand).resolves({ KeyMetadata: { Arn: keyArn, KeyState: 'Enabled', KeyId: 'x' } })
    const provider = awsKms({ keyId: keyArn, client: new KMS({ region }) })
    const wrapped = await provider.wrapKey(key, bound, call)
    expect(await provider.unwrapKey(wrapped, bound, call)).toEqual(key)
    expect(await provider.status(call)).toBe('available')
    expect(mocked.commandCalls(DecryptCommand)[0]?.args[0].input).toEqual({
      KeyId: keyArn,
      CiphertextBlob: blob,
      EncryptionContext: { ...bound },
    })
    mocked.restore()
  })

  it.each([
    [new KMSInternalException({ message: 'x', $metadata: { httpStatusCode: 500 } }), 'provider_unavailable'],
    [new DisabledException({ message: 'x', $metadata: {} }), 'key_suspended'],
    [new KMSInvalidStateException({ message: 'x', $metadata: {} }), 'key_suspended'],
    [new NotFoundException({ message: 'x', $metadata: {} }), 'key_not_found'],
    [new InvalidCiphertextException({ message: 'x', $metadata: {} }), 'open_failed'],
    [new IncorrectKeyException({ message: 'x', $metadata: {} }), 'open_failed'],
    [Object.assign(new Error('socket'), { name: 'Error' }), 'provider_unavailable'],
  ])('throws what is mapped: %s', async (thrown, code) => {
    const mocked = mockClient(KMS)
    mocked.on(GenerateDataKeyCommand).rejects(thrown)
    const sealer = createSealer({
      keys: awsKms({ keyId: keyArn, client: new KMS({ region }), dataKeys: 'service', retry: false }),
    })
    const error = await sealer.seal('x', { context: { app: 'a' } }).catch((caught: unknown) => caught)
    expect(WaxsealError.is(error) && error.code).toBe(code)
    mocked.restore()
  })
})

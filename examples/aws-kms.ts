import { createFakeAwsKms } from '@waxseal/conformance/fakes'
import { createSealer } from '@waxseal/core'
import { openKeys } from '@waxseal/core/keys'
import { awsKms, awsUri } from '@waxseal/keys-aws-kms'

const kms = createFakeAwsKms({ region: 'eu-west-1' })
const context = { app: 'billing', job: 'invoice' }

// #region use
// In production: awsKms({ keyId: 'alias/orders', env: process.env }). Here KMS is a fake in this process.
const { accessKeyId, secretAccessKey } = kms.credentials
const env = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
const sealer = createSealer({ keys: awsKms({ keyId: kms.aliasName, env, fetch: kms.fetch }) })

const sealed = await sealer.seal({ card: '4111 1111 1111 1111' }, { context })
console.log(sealed.slice(0, 21)) // wax1.c256w.aws-kms~0.
console.log((await sealer.open(sealed, { context })).card) // 4111 1111 1111 1111

// One call to learn where the alias leads, one for the data key, one to open.
for (let i = 0; i < 1000; i++) await sealer.open(await sealer.seal(i, { context }), { context })
console.log(kms.requests.length) // 3
// #endregion

// #region uri
// One setting says where the keys are: env://WAXSEAL_KEYS on a laptop, aws://alias/orders?region=eu-west-1 in production.
const keys = openKeys('aws://alias/orders?region=eu-west-1', { aws: awsUri }, { env })
// #endregion
await keys.close?.()

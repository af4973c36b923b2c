import { createFakeGcpKms } from '@waxseal/conformance/fakes'
import { createSealer } from '@waxseal/core'
import { openKeys } from '@waxseal/core/keys'
import { gcpKms, gcpUri } from '@waxseal/keys-gcp-kms'

const kms = await createFakeGcpKms({ projectId: 'acme-billing' })
const keyName = kms.createKey({ location: 'europe', keyRing: 'jobs', cryptoKeyId: 'orders' })
const context = { app: 'billing', job: 'invoice' }

// #region use
// In production: gcpKms({ keyName, env: process.env }), or credentials: 'metadata'. Here Cloud KMS is a fake in this process.
const sealer = createSealer({ keys: gcpKms({ keyName, credentials: kms.serviceAccount, fetch: kms.fetch }) })

const sealed = await sealer.seal({ card: '4111 1111 1111 1111' }, { context })
console.log(sealed.slice(0, 21)) // wax1.c256w.gcp-kms~0.
console.log((await sealer.open(sealed, { context })).card) // 4111 1111 1111 1111

// One call for the data key, one to open. Tokens are signed here and cost none.
for (let i = 0; i < 1000; i++) await sealer.open(await sealer.seal(i, { context }), { context })
console.log(kms.requests.length) // 2
// #endregion

const env = { GCE_METADATA_HOST: 'metadata.google.internal' }
// #region uri
// One setting says where the keys are: env://WAXSEAL_KEYS on a laptop, gcp://projects/… in production.
const uri = 'gcp://projects/acme-billing/locations/europe/keyRings/jobs/cryptoKeys/orders?credentials=metadata'
const keys = openKeys(uri, { gcp: gcpUri }, { env })
// #endregion
await keys.close?.()

import { createFakeAzureKeyVault } from '@waxseal/conformance/fakes'
import { createSealer } from '@waxseal/core'
import { openKeys } from '@waxseal/core/keys'
import { azureKeyVault, azureUri } from '@waxseal/keys-azure-kv'

const azure = createFakeAzureKeyVault({ vaultUrl: 'https://orders.vault.azure.net' })
await azure.createKey('orders')
await azure.createKey('orders-signing', { kty: 'EC' })
const shown = await azure.fetch(`${azure.vaultUrl}/keys/orders-signing?api-version=7.4`, {
  headers: { authorization: `Bearer ${azure.issueToken()}` },
})
const { key: publicKey } = await shown.json()
const context = { app: 'billing', job: 'invoice' }

// #region use
// In production: env: process.env, without fetch. Here the vault is a fake in this process.
const { tenantId, clientId, clientSecret } = azure
const env = { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: clientSecret }
const sealer = createSealer({
  keys: azureKeyVault({
    keyId: 'https://orders.vault.azure.net/keys/orders',
    signingKey: 'orders-signing',
    signingPublicKeys: [publicKey], // az keyvault key show --vault-name orders --name orders-signing --query key
    env,
    fetch: azure.fetch,
  }),
})

const before = azure.requests.length
const sealed = await sealer.seal({ card: '4111 1111 1111 1111' }, { context })
console.log(sealed.slice(0, 22)) // wax1.c256w.azure-kv~0.
console.log((await sealer.open(sealed, { context })).card) // 4111 1111 1111 1111

// A token, two calls to learn which versions are current, one to wrap the data key, one to sign it, one to unwrap it.
for (let i = 0; i < 1000; i++) await sealer.open(await sealer.seal(i, { context }), { context })
console.log(azure.requests.length - before) // 6
// #endregion

// #region uri
// One setting says where the keys are: env://WAXSEAL_KEYS on a laptop, azure://… in production.
const uri = 'azure://orders.vault.azure.net/keys/orders?signing-key=orders-signing'
const keys = openKeys(uri, { azure: azureUri }, { env })
// #endregion

// #region hsm
// An AES key of a managed HSM binds the context itself: no second key, nothing to sign.
const hsmKeys = azureKeyVault({
  keyId: 'https://orders.managedhsm.azure.net/keys/orders',
  algorithm: 'A256GCM',
  credential: 'managed-identity',
})
// #endregion
await hsmKeys.close?.()
await keys.close?.()

import { createFakeDevVault } from '@waxseal/conformance/fakes'
import { createSealer } from '@waxseal/core'
import { openKeys } from '@waxseal/core/keys'
import { vaultTransit, vaultTransitUri } from '@waxseal/keys-vault'

const vault = createFakeDevVault()
vault.createKey('orders')
const context = { app: 'billing', job: 'invoice' }

// #region use
// In production: vaultTransit({ key: 'orders', env: process.env }). Here Vault is a fake in this process.
const env = { VAULT_ADDR: vault.address, VAULT_TOKEN: vault.rootToken }
const sealer = createSealer({ keys: vaultTransit({ key: 'orders', env, fetch: vault.fetch }) })

const sealed = await sealer.seal({ card: '4111 1111 1111 1111' }, { context })
console.log(sealed.slice(0, 27)) // wax1.c256w.vault-transit~0.
console.log((await sealer.open(sealed, { context })).card) // 4111 1111 1111 1111

// One call to learn how long the token lives, one what the key is, one for the data key, one to open.
for (let i = 0; i < 1000; i++) await sealer.open(await sealer.seal(i, { context }), { context })
console.log(vault.requests.length) // 4
// #endregion

// #region uri
// One setting says where the keys are: env://WAXSEAL_KEYS on a laptop, vault-transit://transit/orders in production.
const keys = openKeys('vault-transit://transit/orders', { 'vault-transit': vaultTransitUri }, { env })
// #endregion
await keys.close?.()

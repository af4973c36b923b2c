import { createFakeDevVault } from '@waxseal/conformance/fakes'
import { createSealer, generateKey } from '@waxseal/core'
import { vaultKv } from '@waxseal/keys-vault'

const vault = createFakeDevVault()
vault.writeSecret('orders/root', { key: generateKey() })
const context = { app: 'billing', job: 'invoice' }
const env = { VAULT_ADDR: vault.address }
const { roleId, secretId } = vault.createAppRole({ policies: ['root'] })

// #region use
// Each version of the secret is a key: the newest seals, all that Vault keeps open.
const auth = { method: 'approle', roleId, secretId } as const
const keys = vaultKv({ path: 'orders/root', auth, env, fetch: vault.fetch })
const sealer = createSealer({ keys })

const sealed = await sealer.seal({ card: '4111 1111 1111 1111' }, { context })
console.log(sealed.slice(0, 18)) // wax1.c256.vault~1.
console.log((await sealer.open(sealed, { context })).card) // 4111 1111 1111 1111

// How many more versions can be written before Vault deletes the oldest, and with it what that sealed.
const { writesLeft } = await keys.versions()
console.log(writesLeft) // 9
// #endregion

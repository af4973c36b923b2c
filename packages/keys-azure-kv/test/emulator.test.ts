import { createFakeAzureKeyVault, serve } from '@waxseal/conformance/fakes'
import { createSealer } from '@waxseal/core'
import { openKeys } from '@waxseal/core/keys'
import { describeIf } from '@waxseal/test'
import { expect, it } from 'vitest'
import { azureUri } from '../src/index.ts'
import { environment } from './bench.ts'

// A browser and workerd cannot listen.
describeIf(globalThis.process?.getBuiltinModule !== undefined, 'this runtime cannot listen')(
  'an emulator on a loopback port',
  () => {
    it('stands in for the vault, the managed HSM and Entra ID', async () => {
      const azure = createFakeAzureKeyVault()
      await azure.createKey('orders')
      await azure.createKey('orders-signing', { kty: 'EC' })
      await azure.createKey('orders', { kty: 'oct-HSM' })
      const served = await serve(azure)
      try {
        const env = { ...environment(azure), AZURE_AUTHORITY_HOST: served.url }
        const context = { app: 'billing', job: 'invoice' }
        for (const uri of [
          `azure://${new URL(azure.vaultUrl).host}/keys/orders?signing-key=orders-signing&endpoint=${served.url}`,
          `azure://${new URL(azure.hsmUrl).host}/keys/orders?algorithm=A256KW&endpoint=${served.url}/managedhsm`,
          `azure://${new URL(azure.hsmUrl).host}/keys/orders?algorithm=A256GCM&endpoint=${served.url}/managedhsm/`,
        ]) {
          const sealed = await createSealer({ keys: openKeys(uri, { azure: azureUri }, { env }) }).seal('x', { context })
          expect(await createSealer({ keys: openKeys(uri, { azure: azureUri }, { env }) }).open(sealed, { context })).toBe('x')
        }
      } finally {
        await served.close()
      }
    })
  },
)

import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { rootKeyProvider, routeKeys } from '@waxseal/core/keys'

// Stand-ins for key services in two regions.
const region = (id: string) => rootKeyProvider({ id, keys: staticKeys([{ kid: `${id}-kek`, key: generateKey() }]) })
const [frankfurt, virginia] = [region('frankfurt'), region('virginia')]

// #region routes
// Scopes that begin with eu: are sealed, wrapped and opened in Frankfurt and nowhere else.
const sealer = createSealer({
  keys: routeKeys([
    { scope: 'eu:*', keys: frankfurt },
    { scope: 'us:*', keys: virginia },
  ]),
})
const context = { app: 'billing', job: 'invoice' }

const sealed = await sealer.seal('4111 1111 1111 1111', { context, scope: 'eu:acme' })
console.log(sealer.inspect(sealed).kid) // frankfurt
// #endregion
await sealer.open(sealed, { context, scope: 'eu:acme' })

import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { type KeyServiceEvent, keyProvider, rootKeyProvider } from '@waxseal/core/keys'

// A stand-in for a client of your key service.
const inner = rootKeyProvider({ id: 'inner', keys: staticKeys([{ kid: 'kek-1', key: generateKey() }]) })
const hsm = { encrypt: inner.wrapKey, decrypt: inner.unwrapKey }
const events: KeyServiceEvent[] = []

// #region service
// The few calls that your service has to answer; everything else is the same for all of them.
const keys = keyProvider(
  {
    id: 'hsm',
    capabilities: { context: 'bound' },
    wrapKey: (key, context, call) => hsm.encrypt(key, context, call),
    unwrapKey: (wrapped, context, call) => hsm.decrypt(wrapped, context, call),
  },
  {
    deadlineMs: 3_000,
    // Half an hour of outage costs no seal and no open of a key that is at hand.
    cache: { staleSealMs: 30 * 60_000, staleOpenMs: 60 * 60_000 },
    onEvent: (event) => events.push(event),
  },
)
const sealer = createSealer({ keys })
// #endregion

const context = { app: 'billing', job: 'invoice' }
const sealed = await sealer.seal('4111 1111 1111 1111', { context })
await sealer.open(sealed, { context })
console.log(events.flatMap((event) => (event.type === 'call' ? [`${event.operation} ${event.outcome}`] : []))) // [ 'wrap ok', 'unwrap ok' ]

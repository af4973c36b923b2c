import { InngestTestEngine } from '@inngest/test'
import { type SealOptions, sealing } from '@waxseal/adapter-inngest'
import { createSealer } from '@waxseal/core'
import { inngest as encryptionLayout } from '@waxseal/formats'
import { envKeys, generateKey } from '@waxseal/keys-env'
import { eventType, Inngest, staticSchema } from 'inngest'

const sealer = createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: generateKey() } }) })
const env = { INNGEST_ENCRYPTION_KEY: 'a passphrase of the middleware' }
const inAMonth = new Date(Date.now() + 30 * 86_400_000)
const order = eventType('order/created', { schema: staticSchema<{ amount: number; encrypted: { card: string } }>() })

// An event as Inngest's encryption middleware left it: what is under `encrypted` is ciphertext, the rest is in clear.
const theirs = encryptionLayout({ keys: [env.INNGEST_ENCRYPTION_KEY] })
const old = { name: 'order/created', data: { amount: 1999, encrypted: theirs.seal({ card: '4242 4242 4242 4242' }) } }

// #region after
const seal: SealOptions = {
  sealer,
  app: 'billing',
  legacy: { keys: [env.INNGEST_ENCRYPTION_KEY] },
  // Such an event has members in clear: a window for it, until the last run of that time has ended.
  plaintext: { 'order/created': { allowUntil: inAMonth } },
}
const inngest = new Inngest({ id: 'billing', middleware: [sealing(seal)] })
// #endregion

const charge = inngest.createFunction({ id: 'charge', triggers: order }, async ({ event }) => {
  console.log(event.data.encrypted.card, event.data.amount) // 4242 4242 4242 4242 1999
  return 'done'
})
const { result } = await new InngestTestEngine({ function: charge, events: [old as never] }).execute()
console.log(Object.keys(result as object).join()) // $sealed,$job

import { InngestTestEngine } from '@inngest/test'
import { createReader, type SealOptions, sealing } from '@waxseal/adapter-inngest'
import { createSealer, type FieldPolicyOptions } from '@waxseal/core'
import { envKeys, generateKey } from '@waxseal/keys-env'
import { eventType, Inngest, staticSchema } from 'inngest'

const sealer = createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: generateKey() } }) })

// Keeps what would be sent to Inngest.
const sent: { name: string; data: unknown }[] = []
const local = {
  isDev: true,
  fetch: async (_: unknown, request?: RequestInit) => {
    sent.push(...JSON.parse(String(request?.body)))
    return Response.json({ ids: ['1'], status: 200 })
  },
}

// #region inngest
// Of an event that is not listed all data are sealed.
const policies: Record<string, FieldPolicyOptions> = { 'order/created': { fields: ['/card'] } }
const seal: SealOptions = { sealer, app: 'billing', policy: ({ name }) => policies[name] }
const inngest = new Inngest({ id: 'billing', middleware: [sealing(seal)], ...local })

const order = eventType('order/created', { schema: staticSchema<{ card: string; amount: number }>() })
const charge = inngest.createFunction({ id: 'charge', triggers: order }, async ({ event, step }) => {
  const digits = await step.run('charge', () => event.data.card.slice(-4))
  return { receipt: `for ${digits}` }
})
await inngest.send(order.create({ card: '4242 4242 4242 4242', amount: 1999 }))
// #endregion

console.log(Object.keys(sent[0]?.data ?? {}).join()) // card,amount,$wax,$job
const { result } = await new InngestTestEngine({ function: charge, events: [sent[0] as never] }).execute()
console.log(Object.keys(result as object).join()) // $sealed,$job
console.log(await createReader(seal).openResult('billing-charge', result)) // { receipt: 'for 4242' }

import { memoryAuditStore, memoryDeadLetterStore, memoryStateStore } from '@waxseal/adapter-stores'
import { createAuditTrail } from '@waxseal/audit'
import { memorySink } from '@waxseal/audit/testing'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { createGateway } from './gateway/gateway.ts'

const keys = staticKeys([
  { kid: 'k1', key: generateKey() },
  { kid: 'index', key: generateKey(), state: 'decrypt_only' },
])
let online = true
const gateway = createGateway(
  { state: memoryStateStore(), audit: memoryAuditStore(), deadLetters: memoryDeadLetterStore() },
  {
    sealer: createSealer({ keys }),
    keys,
    trail: createAuditTrail({ sink: memorySink(), keys: { id: 'a1', key: new Uint8Array(32).fill(1) } }),
    now: Date.now,
    async execute() {
      if (!online) throw new Error('the provider does not answer')
    },
  },
)
const owner = { namespace: 'notifications', tenant: 'acme' }
const mail = (id: string) => ({ ...owner, id, type: 'send_email', payload: { id, to: 'ada@example.com', password: 'hunter2' } })

console.log(await gateway.dispatch(mail('a-1')), await gateway.dispatch(mail('a-1'))) // executed deduplicated
await gateway.schedule(mail('a-2'), Date.now())
console.log(await gateway.runDue()) // 1

const event = { ...owner, labels: { host: 'db-1' }, payload: { message: 'disk of ada@example.com is full' } }
await gateway.transition(event, 'firing', 60_000)
await gateway.addToGroup('disks', event)
console.log((await gateway.readGroup(event, 'disks'))?.labels) // { host: 'db-1' }

online = false
console.log(await gateway.dispatch(mail('a-3'))) // failed
console.log((await gateway.deadLetters.drain()).letters.length, await gateway.deadLetters.isEmpty()) // 1 true

const { records } = await gateway.audit.query({ outcome: 'failed', fingerprint: 'ada@example.com' })
console.log(records[0]?.payload) // { id: 'a-3', to: 'ada@example.com', password: '[REDACTED]' }
console.log((await gateway.audit.verify()).ok) // true

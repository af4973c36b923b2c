import { memoryStateStore, sealedStateStore } from '@waxseal/adapter-stores'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const inner = memoryStateStore()

// #region use
// inner: sqlStateStore({ db, dialect: 'postgres' }), memoryStateStore(), or one of your own.
const state = sealedStateStore(inner, { sealer, app: 'gateway', clearKinds: ['Lock', 'RateLimit'] })

const scheduled = { kind: 'ScheduledAction', id: 'a-1', tenant: 'acme' }
const version = await state.set(scheduled, { to: 'ada@example.com', attempts: 0 }, { ttlMs: 60_000 })
console.log(await state.compareAndSwap(scheduled, 'an older one', { attempts: 9 })) // null
await state.compareAndSwap(scheduled, version, { to: 'ada@example.com', attempts: 1 })
console.log((await state.get(scheduled))?.value) // { to: 'ada@example.com', attempts: 1 }

// Kinds without payloads stand in clear: the database compares, counts and lists them.
console.log(await state.increment({ kind: 'RateLimit', id: 'send_email', tenant: 'acme' }, 1, { ttlMs: 1000 })) // 1
const lock = await state.compareAndSwap({ kind: 'Lock', id: 'a-1' }, null, 'worker-1', { ttlMs: 30_000 })
if (lock === null) throw new Error('somebody else holds it')
console.log(await state.delete({ kind: 'Lock', id: 'a-1' }, lock)) // true

// Lists need no key.
const { entries } = await state.list({ kind: 'ScheduledAction', tenant: 'acme' })
console.log(entries.map(({ id }) => id)) // [ 'a-1' ]
// #endregion

const held = await inner.get({ kind: 'ScheduledAction', id: 'a-1', namespace: '', tenant: 'acme' })
console.log(held?.value.sealed?.slice(0, 16)) // wax1.c256x.k1~1.

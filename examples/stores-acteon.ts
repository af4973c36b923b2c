import { PGlite } from '@electric-sql/pglite'
import { sealedStateStore } from '@waxseal/adapter-stores'
import { inClearTargets } from '@waxseal/adapter-stores/reseal'
import { migrateStores, sqlStateStore } from '@waxseal/adapter-stores/sql'
import { createSealer, generateKey, parseKey, staticKeys } from '@waxseal/core'
import { acteon } from '@waxseal/formats'
import { createReseal } from '@waxseal/reseal'
import { Kysely, PGliteDialect } from 'kysely'

const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: await PGlite.create() }) })
await migrateStores({ db, dialect: 'postgres' })
const acteonKeys = [{ kid: 'k1', key: parseKey(generateKey()) }]
const left = [
  {
    kind: 'Chain',
    tenant: 'acme',
    id: 'c-1',
    value: await acteon({ keys: acteonKeys }).seal({ to: 'ada@example.com', step: 2 }),
  },
  { kind: 'Lock', tenant: 'acme', id: 'c-1', value: '"worker-1"' },
]
const keys = staticKeys([{ kid: 'w1', key: generateKey() }])
const inAMonth = new Date(Date.now() + 30 * 86_400_000)

// #region acteon
const sealer = createSealer({ keys, legacy: [acteon({ keys: acteonKeys })] })
const window = { allowUntil: inAMonth, accept: 'legacy' as const }
const seal = { sealer, app: 'gateway', plaintext: { Chain: window, ScheduledAction: window } }

// What Acteon left, as it stands there; done again, it changes nothing that is there already.
const inner = sqlStateStore({ db, dialect: 'postgres' })
for (const { value, ...name } of left) await inner.compareAndSwap({ namespace: '', ...name }, null, { clear: value })

const state = sealedStateStore(inner, { ...seal, clearKinds: ['Lock'] })
console.log((await state.get({ kind: 'Chain', tenant: 'acme', id: 'c-1' }))?.value) // { to: 'ada@example.com', step: 2 }

// Seals all of it where it stands. Then the window can go, and the reader with it.
const { state: target } = inClearTargets({ db, dialect: 'postgres', seal, clearKinds: ['Lock'] })
const report = await createReseal({ sealer, targets: [target] }).run()
console.log(report.targets[0]?.moved, report.targets[0]?.skipped) // 1 []
const after = sealedStateStore(inner, { sealer: createSealer({ keys }), app: 'gateway', clearKinds: ['Lock'] })
console.log((await after.get({ kind: 'Chain', tenant: 'acme', id: 'c-1' }))?.value) // { to: 'ada@example.com', step: 2 }
// #endregion
await db.destroy()

import { PGlite } from '@electric-sql/pglite'
import { sealedStateStore } from '@waxseal/adapter-stores'
import {
  auditReaperTarget,
  deadLetterReaperTarget,
  expiredStateTarget,
  storesResealTargets,
} from '@waxseal/adapter-stores/reseal'
import { migrateStores, sqlStateStore } from '@waxseal/adapter-stores/sql'
import { createSealer, generateKey, retention, staticKeys } from '@waxseal/core'
import { createReaper, createReseal } from '@waxseal/reseal'
import { Kysely, PGliteDialect } from 'kysely'

const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: await PGlite.create() }) })
await migrateStores({ db, dialect: 'postgres' })
const [k1, k2] = [generateKey(), generateKey()]
const before = createSealer({ keys: staticKeys([{ kid: 'k1', key: k1 }]) })
const now = Date.now() - 3_600_000
const state = sealedStateStore(sqlStateStore({ db, dialect: 'postgres', now: () => now }), { sealer: before, app: 'gateway' })
for (let id = 0; id < 100; id++) await state.set({ kind: 'Chain', id: `${id}` }, { id }, id < 10 ? { ttlMs: 1000 } : {})
const sealer = createSealer({
  keys: staticKeys([
    { kid: 'k2', key: k2 },
    { kid: 'k1', key: k1, state: 'decrypt_only' },
  ]),
})

// #region reseal
const targets = storesResealTargets({ db, dialect: 'postgres', seal: { app: 'gateway' } })
const report = await createReseal({ sealer, targets: Object.values(targets) }).run()
const moved = report.targets.map(({ moved }) => moved)
console.log(report.complete, moved) // true [ 100, 0, 0 ]
// #endregion

// #region retention
const days = (days: number) => retention.deleteAfter({ days })
const reaper = createReaper({
  targets: [
    expiredStateTarget({ db, dialect: 'postgres' }),
    auditReaperTarget({ db, dialect: 'postgres', policy: days(365) }),
    deadLetterReaperTarget({ db, dialect: 'postgres', policy: days(30) }),
  ],
})
const { targets: reaped } = await reaper.run()
console.log(reaped[0]?.deleted) // 10
// #endregion
await db.destroy()

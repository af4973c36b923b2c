import { randomBytes } from 'node:crypto'
import { createAuditTrail } from '@waxseal/audit'
import { sqlSink } from '@waxseal/audit/sql'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { rootKeyProvider } from '@waxseal/core/keys'
import { createKeystore, migrateKeystore } from '@waxseal/keystore-sql'
import { embeddedDatabase } from '@waxseal/keystore-sql/embedded'

// In production: a key service, as awsKms({ keyId: 'alias/waxseal' }), and an audit key from a secret store.
const kms = rootKeyProvider({ id: 'root', keys: staticKeys([{ kid: 'kek-1', key: generateKey() }]) })
const auditKey = randomBytes(32)

// #region use
const database = embeddedDatabase() // or { db: yourKysely, dialect: 'postgres' }
await migrateKeystore(database)
const keystore = createKeystore({
  ...database,
  wrap: kms,
  audit: createAuditTrail({ sink: sqlSink(database), keys: { id: 'a1', key: auditKey } }),
  name: 'orders',
})
await keystore.generate('orders', { actor: 'svc-deploy', rotateEvery: { days: 90 } })

const sealer = createSealer({ keys: keystore })
const context = { app: 'billing', job: 'invoice' }
const sealed = await sealer.seal('4111 1111 1111 1111', { context })
console.log(sealed.slice(0, 19)) // wax1.c256.orders~1.

await keystore.rotate('orders', { actor: 'user-17' })
console.log(sealer.inspect(await sealer.seal('…', { context })).keyVersion) // 2
console.log(await sealer.open(sealed, { context })) // 4111 1111 1111 1111
// #endregion

// #region maintenance
// Rotates what is due, destroys what was scheduled, writes use counts. In every process: one of them does each.
const maintenance = keystore.startMaintenance({ actor: 'svc-orders', everyMs: 60_000 })
// #endregion
await maintenance.stop()

// #region audit
const [made, rotated] = await keystore.auditTrail({ key: 'orders' })
console.log(made?.operation, made?.actor) // key.generate svc-deploy
console.log(rotated?.operation, rotated?.actor) // key.rotate user-17
console.log((await keystore.verifyAudit()).ok) // true
// #endregion

await sealer.close()
await database.db.destroy()

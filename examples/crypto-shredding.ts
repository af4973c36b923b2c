import { createSealer, generateKey, retention, staticKeys } from '@waxseal/core'
import { rootKeyProvider } from '@waxseal/core/keys'
import { createKeystore, migrateKeystore } from '@waxseal/keystore-sql'
import { embeddedDatabase } from '@waxseal/keystore-sql/embedded'

const kms = rootKeyProvider({ id: 'root', keys: staticKeys([{ kid: 'kek-1', key: generateKey() }]) })
const database = embeddedDatabase()
await migrateKeystore(database)

// #region shred
// A key for each user, made when something of theirs is sealed for the first time.
const keystore = createKeystore({
  ...database,
  wrap: kms,
  audit: 'none',
  name: 'profiles',
  onNewScope: (scope) => (scope.startsWith('user:') ? { rotateEvery: false } : null),
})
const sealer = createSealer({ keys: keystore, onShredded: 'null' })
const context = { app: 'shop', table: 'profiles', field: 'address' }
const ada = await sealer.seal('12 St James Square', { context, scope: 'user:1' })
const bob = await sealer.seal('1 Infinite Loop', { context, scope: 'user:2' })

// Wherever it lies, in tables, queues, logs and backups: what was sealed for this user is gone.
await keystore.shred('user:1', { actor: 'svc-privacy', reason: 'request-4711' })
console.log(await sealer.open(ada, { context, scope: 'user:1' })) // null
console.log(await sealer.open(bob, { context, scope: 'user:2' })) // 1 Infinite Loop

// A job that comes late makes no new key for them.
const late = await sealer.seal('…', { context, scope: 'user:1' }).catch((error) => error.code)
console.log(late) // key_destroyed
// #endregion

// #region retention
// One key for all that is kept for thirty days, in each scope; a version a day. The version of today is destroyed thirty days after
// its last seal.
const visits = createKeystore({
  ...database,
  wrap: kms,
  audit: 'none',
  name: 'visits-30-days',
  onNewScope: () => ({ rotateEvery: { days: 1 }, retain: retention.deleteAfter({ days: 30 }) }),
})
const visit = await createSealer({ keys: visits }).seal({ ip: '203.0.113.7' }, { context, scope: 'user:2' })
console.log((await visits.get('visits-30-days', { scope: 'user:2' })).retainForMs) // 2592000000
// #endregion
console.log(sealer.inspect(visit).keyVersion) // 1

await sealer.close()
await database.db.destroy()

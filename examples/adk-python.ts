import { createEvent } from '@google/adk'
import { createSecureSessionsTables, secureSessionsService } from '@waxseal/adapter-adk/secure-sessions'
import { adkSecureSessions } from '@waxseal/formats'
import { sqliteDialect } from '@waxseal/keystore-sql/sqlite'
import { Kysely, sql } from 'kysely'

const file = ':memory:'
const key = crypto.getRandomValues(new Uint8Array(32))

// #region adk-python
const db = new Kysely<never>({ dialect: sqliteDialect(file) })
await createSecureSessionsTables({ db, dialect: 'sqlite' }) // where Python has not made them

const sessionService = secureSessionsService({ db, dialect: 'sqlite', cells: adkSecureSessions({ aesGcm: key }) })
const session = await sessionService.getOrCreateSession({ appName: 'support', userId: 'u1', sessionId: 's1' })
await sessionService.appendEvent({ session, event: createEvent({ author: 'helper', actions: { stateDelta: { step: 2 } } }) })
// #endregion

const { rows } = await sql<{ state: string }>`select state from sessions`.execute(db)
console.log(rows[0]?.state.slice(0, 2), session.state.step) // AQ 2
await db.destroy()

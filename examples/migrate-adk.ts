import { createEvent, InMemorySessionService } from '@google/adk'
import { sealedSessionService } from '@waxseal/adapter-adk'
import { createSecureSessionsTables, secureSessionsService } from '@waxseal/adapter-adk/secure-sessions'
import { createSealer } from '@waxseal/core'
import { adkSecureSessions } from '@waxseal/formats'
import { envKeys, generateKey } from '@waxseal/keys-env'
import { sqliteDialect } from '@waxseal/keystore-sql/sqlite'
import { Kysely } from 'kysely'

const key = crypto.getRandomValues(new Uint8Array(32))
const sealer = createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: `k1:${generateKey()}` } }) })
const db = new Kysely<never>({ dialect: sqliteDialect(':memory:') })
await createSecureSessionsTables({ db, dialect: 'sqlite' })

// What agents in Python have left.
const theirs = secureSessionsService({ db, dialect: 'sqlite', cells: adkSecureSessions({ aesGcm: key }) })
const left = await theirs.createSession({ appName: 'support', userId: 'u1', sessionId: 's1', state: { plan: 'gold' } })
await theirs.appendEvent({ session: left, event: createEvent({ author: 'helper', actions: { stateDelta: { step: 2 } } }) })

// In production: DatabaseSessionService, on a database of its own.
const inner = new InMemorySessionService()

// #region copy
const ours = sealedSessionService(inner, { sealer })
const { sessions } = await theirs.listSessions({ appName: 'support', userId: 'u1' })
for (const { appName, userId, id: sessionId } of sessions) {
  const name = { appName, userId, sessionId }
  const session = await theirs.getSession(name)
  if (!session) continue
  const before = await ours.getSession(name)
  if (before && before.events.length >= session.events.length) continue // copied by a run before
  if (before) await ours.deleteSession(name) // by a run that was ended
  const copy = await ours.createSession({ ...name, state: session.state })
  for (const event of session.events) await ours.appendEvent({ session: copy, event })
}

const copied = await ours.getSession({ appName: 'support', userId: 'u1', sessionId: 's1' })
console.log(copied?.state.plan, copied?.state.step, copied?.events.length) // gold 2 1
// #endregion
await db.destroy()

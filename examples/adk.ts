import { createEvent, InMemorySessionService, type Session } from '@google/adk'
import { type SessionSealOptions, sealedSessionService } from '@waxseal/adapter-adk'
import { createDedupKey, createSealer } from '@waxseal/core'
import { envKeys, generateKey } from '@waxseal/keys-env'

const keys = envKeys({ env: { WAXSEAL_KEYS: `k1:${generateKey()}` } })
const sealer = createSealer({ keys })
// Or DatabaseSessionService, or any other.
const inner = new InMemorySessionService()

// #region adk
const sessionService = sealedSessionService(inner, { sealer })
const state = { balance: 12.5, 'user:tier': 'gold' }
const session = await sessionService.createSession({ appName: 'support', userId: 'u1', sessionId: 's1', state })
await sessionService.appendEvent({
  session,
  event: createEvent({
    invocationId: 'i1',
    author: 'helper',
    content: { role: 'model', parts: [{ text: 'Your balance is 12.50.' }] },
    actions: { stateDelta: { 'app:motd': 'hello', 'temp:draft': 'never stored' } },
  }),
})
// #endregion

const stored = (await inner.getSession({ appName: 'support', userId: 'u1', sessionId: 's1' })) as Session
console.log(Object.keys(stored.state).sort().join()) // app:motd,balance,user:tier
console.log(String(stored.state.balance).slice(0, 15)) // wax1.c256.k1~1.
const [event] = stored.events
console.log(event?.author, event?.content, Object.keys(event?.customMetadata ?? {}).join()) // helper undefined waxseal
const found = await sessionService.getSession({ appName: 'support', userId: 'u1', sessionId: 's1' })
console.log(found?.state.balance, found?.events[0]?.content?.parts?.[0]?.text) // 12.5 Your balance is 12.50.

// #region adk-options
const options: SessionSealOptions = {
  sealer,
  // What a dashboard reads stays in clear.
  stateKeys: { exclude: ['step', 'app:*'] },
  // Each user's key: to forget a user, destroy it.
  scope: ({ userId }) => userId && `user:${userId}`,
  // Until when sessions from before are read.
  plaintext: { allowUntil: new Date('2027-03-01') },
  // The database gets a keyed hash in place of the user's id.
  userId: 'pseudonym',
  pseudonyms: createDedupKey({ keys, key: { kid: 'k1' } }),
}
// #endregion

// The key of this example has no scopes.
const { scope: _, plaintext: __, ...others } = options
const pseudonymous = sealedSessionService(inner, others)
await pseudonymous.createSession({ appName: 'shop', userId: 'zoe@example.com', state: { step: 2, card: '4242' } })
const { sessions } = await inner.listSessions({ appName: 'shop' })
console.log(sessions[0]?.userId.length, (await pseudonymous.storedUserId('shop', 'zoe@example.com')) === sessions[0]?.userId) // 22 true

// #region adk-expiry
async function expire(appName: string, before: number): Promise<number> {
  let expired = 0
  const { sessions } = await inner.listSessions({ appName, order: 'asc' })
  for (const { userId, id, lastUpdateTime } of sessions) {
    if (lastUpdateTime >= before) break
    await inner.deleteSession({ appName, userId, sessionId: id })
    expired++
  }
  return expired
}
// #endregion
console.log(await expire('shop', Date.now() + 1000)) // 1

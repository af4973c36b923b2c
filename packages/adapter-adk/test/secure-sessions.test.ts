import { type AdkSecureSessionsOptions, adkSecureSessions } from '@waxseal/formats'
import { expect, it } from 'vitest'
import { secureSessionsService } from '../src/secure-sessions.js'
import { sameEvent } from './python-events.js'
import rows from './python-rows.json' with { type: 'json' }
import { code } from './sealing.js'
import { secureSqlite } from './secure-hosts.js'
import { secureSessionsSuite } from './secure-sessions-suite.js'

secureSessionsSuite('secure sessions on SQLite', secureSqlite)

const keysOf = (keys: { aesGcm?: string; fernet?: string }): AdkSecureSessionsOptions =>
  keys.aesGcm ? { aesGcm: Buffer.from(keys.aesGcm, 'hex') } : { fernet: keys.fernet! }

it.each(rows.map((each) => [Object.keys(each.keys)[0], each] as const))(
  'rows that the Python package wrote are read: %s',
  async (_, { keys, tables }) => {
    const { db, dialect, close } = await secureSqlite()
    for (const [table, list] of Object.entries(tables)) await db.insertInto(table).values(list).execute()
    const service = secureSessionsService({ db, dialect, cells: adkSecureSessions(keysOf(keys)) })
    const session = await service.getSession({ appName: 'support', userId: 'u1', sessionId: 's1' })
    expect(session).toEqual({
      id: 's1',
      appName: 'support',
      userId: 'u1',
      state: { name: 'Zoë 北京 🔑', list: [1, null, { a: 0.5 }], step: 1, 'user:tier': 'silver', 'app:motd': { hi: true } },
      events: [sameEvent(1_900_000_000)],
      lastUpdateTime: 1_900_000_000_250,
    })
    await close()
  },
)

it.each([{ dialect: 'mysql' as never }, { db: {} as never }, { cells: {} as never }])('refuses %j', async (options) => {
  const { db, dialect, cells, close } = await secureSqlite()
  expect(() => secureSessionsService({ db, dialect, cells, ...options })).toThrow(code('config'))
  await close()
})

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type AdkSecureSessionsOptions, adkSecureSessions } from '@waxseal/formats'
import { sqliteDialect } from '@waxseal/keystore-sql/sqlite'
import { adkSecureSessionsMissing, installAdkSecureSessions } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Kysely } from 'kysely'
import { beforeAll, expect, it } from 'vitest'
import { createSecureSessionsTables, secureSessionsService } from '../src/secure-sessions.js'
import { pythonEvent, sameEvent } from './python-events.js'
import { eventAt } from './sealing.js'

const INSTALL_LIMIT_MS = 300_000
const KEY = { appName: 'support', userId: 'u1' }
const AES = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'
const FERNET = 'correct horse – ü'

interface Shown {
  readonly id: string
  readonly state: object
  readonly events: readonly Record<string, unknown>[]
  readonly updated: number
}

const missing = adkSecureSessionsMissing()
describeIf(!missing, missing ?? '')('adk-secure-sessions from PyPI, on one database with us', () => {
  let python = ''
  beforeAll(async () => {
    python = await installAdkSecureSessions()
  }, INSTALL_LIMIT_MS)

  async function share(theirs: object, ours: AdkSecureSessionsOptions) {
    const folder = mkdtempSync(join(tmpdir(), 'waxseal-adk-'))
    const file = join(folder, 'shared.db')
    const db = new Kysely<never>({ dialect: sqliteDialect(file) })
    return {
      db,
      service: secureSessionsService({ db, dialect: 'sqlite', cells: adkSecureSessions(ours) }),
      async upstream(...calls: readonly unknown[][]): Promise<unknown[]> {
        const request = JSON.stringify({ file, keys: theirs, calls })
        const { stdout } = await promisify(execFile)(python, [join(import.meta.dirname, 'upstream.py'), request])
        return JSON.parse(stdout.trim().split('\n').at(-1)!)
      },
      async close() {
        await db.destroy()
        rmSync(folder, { recursive: true })
      },
    }
  }

  it.each([
    ['AES-GCM', { aesGcm: AES }, { aesGcm: Buffer.from(AES, 'hex') }],
    ['a passphrase', { fernet: FERNET }, { fernet: FERNET }],
  ])(
    'a session is continued from either side, under %s',
    async (_, theirs, ours) => {
      const { service, upstream, close } = await share(theirs, ours)
      const soon = Math.floor(Date.now() / 1000) + 60
      const state = {
        name: 'Zoë 北京 🔑',
        list: [1, null, { a: 0.5 }],
        'user:tier': 'gold',
        'app:motd': { hi: true },
        'temp:x': 1,
      }
      await upstream(['create', 's1', state], ['append', 's1', [pythonEvent(soon)]])

      const session = (await service.getSession({ ...KEY, sessionId: 's1' }))!
      const { 'temp:x': _temp, ...kept } = state
      expect(session.state).toEqual({ ...kept, step: 1, 'user:tier': 'silver' })
      expect(session.events).toEqual([sameEvent(soon)])
      expect(session.lastUpdateTime).toBe((soon + 0.25) * 1000)

      await service.appendEvent({
        session,
        event: eventAt((soon + 1) * 1000 + 5, {
          content: {
            role: 'user',
            parts: [{ text: 'from TypeScript' }, { inlineData: { mimeType: 'image/png', data: '+//+' } }],
          },
          actions: { stateDelta: { step: 2, 'app:motd': null } },
          route: 'left',
          longRunningToolIds: ['c1'],
          customMetadata: { traceId: 1 },
        }),
      })
      const [read, list] = (await upstream(['get', 's1'], ['list'])) as [Shown, unknown]
      const now = { ...kept, step: 2, 'user:tier': 'silver', 'app:motd': null }
      expect(read.state).toEqual(now)
      expect(list).toEqual([['s1', now]])
      expect(read.events[1]).toMatchObject({
        id: `event-${(soon + 1) * 1000 + 5}`,
        invocationId: 'i1',
        author: 'helper',
        timestamp: soon + 1.005,
        content: { role: 'user', parts: [{ text: 'from TypeScript' }, { inlineData: { mimeType: 'image/png', data: '-__-' } }] },
        actions: { stateDelta: { step: 2, 'app:motd': null }, route: 'left' },
        longRunningToolIds: ['c1'],
        customMetadata: { traceId: 1 },
      })

      const [continued, after] = (await upstream(['append', 's1', [pythonEvent(soon + 2)]], ['get', 's1', soon + 2])) as [
        Shown,
        Shown,
      ]
      expect([continued.events.length, after.events.length]).toEqual([3, 1])
      await service.appendEvent({ session, event: eventAt((soon + 3) * 1000, { actions: { stateDelta: { step: 3 } } }) })
      expect(session.events.map(({ id }) => id)).toHaveLength(4)
      expect(session.state).toMatchObject({ step: 3, 'user:tier': 'silver' })

      await service.deleteSession({ ...KEY, sessionId: 's1' })
      expect(await upstream(['get', 's1'])).toEqual([null])
      await close()
    },
    180_000,
  )

  it('it works on tables and sessions that we made', async () => {
    const { db, service, upstream, close } = await share({ aesGcm: AES }, { aesGcm: Buffer.from(AES, 'hex') })
    await createSecureSessionsTables({ db, dialect: 'sqlite' })
    await service.createSession({ ...KEY, sessionId: 's2', state: { a: 'ü', 'user:b': 2, 'app:c': [] } })
    const soon = Math.floor(Date.now() / 1000) + 60
    const [appended] = (await upstream(['append', 's2', [pythonEvent(soon)]])) as [Shown]
    expect(appended.state).toEqual({ a: 'ü', 'user:b': 2, 'app:c': [], step: 1, 'user:tier': 'silver' })
    expect((await service.getSession({ ...KEY, sessionId: 's2' }))!.events).toEqual([sameEvent(soon)])
    await upstream(['delete', 's2'])
    expect(await service.getSession({ ...KEY, sessionId: 's2' })).toBeUndefined()
    await close()
  }, 180_000)
})

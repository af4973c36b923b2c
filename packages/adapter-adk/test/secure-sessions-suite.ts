import type { BaseSessionService } from '@google/adk'
import { createCanaries, describeHits, scan } from '@waxseal/conformance/leak-probe'
import { adkSecureSessions } from '@waxseal/formats'
import { describe, expect, it } from 'vitest'
import { secureSessionsService } from '../src/secure-sessions.js'
import { type OpenHost, sqliteHost } from './hosts.js'
import { compareSuite } from './parity-suite.js'
import { code, eventAt } from './sealing.js'
import type { OpenSecure } from './secure-hosts.js'

const KEY = { appName: 'support', userId: 'u1', sessionId: 's1' }

/** The service on the tables of adk-secure-sessions. */
export function secureSessionsSuite(name: string, open: OpenSecure, like: OpenHost = sqliteHost): void {
  // ADK's own leaves out an event of that very moment, the Python one does not.
  compareSuite(`${name}, like the service of ADK`, like, async () => open(), ['the newest events, and those after a moment'])

  describe(name, () => {
    it('the newest events, and those from a moment on', async () => {
      const { service, close } = await open()
      const session = await service.createSession(KEY)
      const soon = Date.now() + 60_000
      for (const n of [1, 2, 3]) await service.appendEvent({ session, event: eventAt(soon + n, { id: `e${n}` }) })
      const ids = async (config: object) => (await service.getSession({ ...KEY, config }))!.events.map(({ id }) => id)
      expect(await ids({ numRecentEvents: 2 })).toEqual(['e2', 'e3'])
      expect(await ids({ afterTimestamp: soon + 2 })).toEqual(['e2', 'e3'])
      await close()
    })

    it('cells are sealed whole, ids and times are not', async () => {
      const { service, query, close, cells } = await open()
      const secret = createCanaries('shared')
      const { ascii, unicode, email } = secret
      const session = await service.createSession({
        ...KEY,
        state: { a: ascii.value, 'user:b': unicode.value, 'app:c': email.value },
      })
      await service.appendEvent({ session, event: eventAt(1_700_000_000_123, { output: ascii.value }) })
      const found = []
      for (const table of ['sessions', 'events', 'app_states', 'user_states'])
        for (const row of await query(`select * from ${table}`))
          for (const [column, value] of Object.entries(row)) found.push({ where: `${table}.${column}`, text: String(value) })
      expect(describeHits((await scan(found, Object.values(secret), { inflate: true })).hits)).toBe('')
      const cellsFound = found.filter(({ where }) => /state$|data$/.test(where))
      expect(cellsFound.map(({ where }) => where).sort()).toEqual([
        'app_states.state',
        'events.event_data',
        'sessions.state',
        'user_states.state',
      ])
      for (const { text } of cellsFound) expect(text).toMatch(/^AQ[I-L]/)
      const [event] = await query('select cast(timestamp as text) as time, invocation_id from events')
      expect(event).toMatchObject({ time: expect.stringMatching(/^2023-11-14 22:13:20\.123/), invocation_id: 'i1' })
      // No names of keys either: the cell is one.
      expect(await cells.open(cellsFound.find(({ where }) => where === 'sessions.state')!.text)).toEqual({ a: ascii.value })
      await close()
    })

    it('counting and deleting open no cell', async () => {
      const { service, close, db, dialect } = await open()
      for (const n of [1, 2, 3]) await service.createSession({ ...KEY, sessionId: `s${n}`, state: { n } })
      const cells = { seal: () => Promise.reject(), open: () => Promise.reject(new Error('it opened a cell')) }
      const keyless: BaseSessionService = secureSessionsService({ db, dialect, cells })
      expect(await keyless.listSessions({ appName: 'support', limit: 0 })).toMatchObject({ sessions: [], totalItems: 3 })
      await keyless.deleteSession({ ...KEY, sessionId: 's2' })
      expect((await service.listSessions({ appName: 'support' })).sessions.map(({ id }) => id)).toEqual(['s1', 's3'])
      await close()
    })

    it('fifty writers at once lose nothing', async () => {
      const { service, close } = await open()
      await service.createSession(KEY)
      const soon = Date.now() + 60_000
      const sessions = await Promise.all(Array.from({ length: 50 }, () => service.getSession(KEY)))
      await Promise.all(
        sessions.map((session, n) => {
          const stateDelta = { [`own${n}`]: n, [`user:u${n}`]: n, [`app:a${n}`]: n }
          return service.appendEvent({ session: session!, event: eventAt(soon + n, { actions: { stateDelta } }) })
        }),
      )
      const found = (await service.getSession(KEY))!
      expect(Object.keys(found.state)).toHaveLength(150)
      expect(found.events).toHaveLength(50)
      await close()
    })

    it('a user without a name gets no list of all users', async () => {
      const { service, close } = await open()
      await service.createSession({ ...KEY, state: { a: 1 } })
      expect(await service.listSessions({ appName: 'support', userId: '' })).toMatchObject({ sessions: [], totalItems: 0 })
      expect((await service.listSessions({ appName: 'support' })).totalItems).toBe(1)
      await close()
    })

    it('a cell of another key, or in clear, is refused', async () => {
      const { service, db, dialect, query, close } = await open()
      await service.createSession({ ...KEY, state: { a: 1 } })
      const other = secureSessionsService({ db, dialect, cells: adkSecureSessions({ aesGcm: new Uint8Array(32).fill(9) }) })
      await expect(other.getSession(KEY)).rejects.toEqual(code('open_failed'))
      await query(`update sessions set state = '{"a": 2}'`)
      await expect(service.getSession(KEY)).rejects.toEqual(code('malformed'))
      await close()
    })

    it.each([[null], [[1]], ['text'], [7]])('a cell that holds %j is no empty state, nor an empty event', async (held) => {
      const { service, cells, query, close } = await open()
      const session = await service.createSession({ ...KEY, state: { a: 1, 'user:b': 2 } })
      const event = (time: number) => eventAt(time, { actions: { stateDelta: { 'user:c': time, d: time } } })
      await service.appendEvent({ session, event: event(1) })
      const cell = await cells.seal(held)
      for (const [table, column] of [
        ['events', 'event_data'],
        ['user_states', 'state'],
        ['sessions', 'state'],
      ]) {
        await query(`update ${table} set ${column} = '${cell}'`)
        await expect(service.getSession(KEY), table).rejects.toEqual(code('malformed'))
      }
      await expect(service.appendEvent({ session, event: event(2) })).rejects.toEqual(code('malformed'))
      expect(await query('select state from sessions')).toEqual([{ state: cell }])
      await close()
    })
  })
}

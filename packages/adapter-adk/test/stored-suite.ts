import type { Session } from '@google/adk'
import { createCanaries, describeHits, scan } from '@waxseal/conformance/leak-probe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sealedSessionService } from '../src/index.js'
import type { Host, OpenHost, Row } from './hosts.js'
import { code, createWatched, eventAt } from './sealing.js'

const KEY = { appName: 'support', userId: 'u1', sessionId: 's1' }
const SEALED = /^wax1\.c256\.k1~1\.[\w-]{100,}$/
const json = (cell: unknown): Row => (typeof cell === 'string' ? JSON.parse(cell) : cell) as Row

/** What stands in the columns of a database, seen past the service. */
export function storedSuite(name: string, open: OpenHost): void {
  describe(name, () => {
    let host: Host
    const { sealer, opened, forget } = createWatched()
    const secret = createCanaries('session')
    const value = (prefix: string) => ({
      text: `${prefix} ${secret.ascii.value}`,
      more: [secret.unicode.value, Number(secret.digits.value)],
    })

    beforeAll(async () => {
      host = await open()
    })
    afterAll(() => host?.close())
    const service = () => sealedSessionService(host.service, { sealer })
    const rows = (sql: string, values?: readonly unknown[]) => host.query!(sql, values)

    it('each column that holds data is ciphertext, what is needed to find it is not', async () => {
      const session = await service().createSession({
        ...KEY,
        state: { own: value('own'), 'user:shared': value('user'), 'app:all': value('app'), 'temp:t': value('temp') },
      })
      const event = eventAt(Date.now() + 60_000, {
        branch: 'root.helper',
        content: {
          role: 'user',
          parts: [{ text: secret.email.value }, { functionCall: { name: 'f', args: { a: secret.json.value } } }],
        },
        actions: {
          stateDelta: { own: value('delta'), 'temp:t': value('temp') },
          artifactDelta: { [secret.email.value]: 1 },
          transferToAgent: 'billing',
          escalate: true,
        },
        errorMessage: secret.unicode.value,
        customMetadata: { a: secret.ascii.value },
        output: value('output'),
      })
      await service().appendEvent({ session, event })

      const report = await scan(host.scanned(), Object.values(secret), { inflate: true })
      expect(describeHits(report.hits)).toBe('')
      expect(report.items).toBeGreaterThanOrEqual(20)

      const [stored] = await rows('select * from sessions')
      expect(stored).toMatchObject({ app_name: 'support', user_id: 'u1', id: 's1' })
      expect(json(stored!.state)).toEqual({ own: expect.stringMatching(SEALED) })
      const [user] = await rows('select * from user_states')
      expect(json(user!.state)).toEqual({ shared: expect.stringMatching(SEALED) })
      const [app] = await rows('select * from app_states')
      expect(json(app!.state)).toEqual({ all: expect.stringMatching(SEALED) })
      const [row] = await rows('select * from events')
      expect(row).toMatchObject({ id: event.id, app_name: 'support', user_id: 'u1', session_id: 's1', invocation_id: 'i1' })
      expect(json(row!.event_data)).toEqual({
        id: event.id,
        invocation_id: 'i1',
        author: 'helper',
        timestamp: event.timestamp,
        branch: 'root.helper',
        actions: {
          state_delta: { own: expect.stringMatching(SEALED) },
          artifact_delta: {},
          requested_auth_configs: {},
          requested_tool_confirmations: {},
          transfer_to_agent: '[sealed]',
          escalate: true,
        },
        custom_metadata: { waxseal: expect.stringMatching(SEALED) },
      })
    })

    it('counting, filtering, expiring and deleting open nothing', async () => {
      const sealed = service()
      for (const id of ['d1', 'd2', 'd3']) {
        const session = await sealed.createSession({ appName: 'expiry', userId: 'u', sessionId: id, state: { a: 1 } })
        await sealed.appendEvent({ session, event: eventAt(Date.now(), { id }) })
      }
      forget()
      const [count] = await rows("select count(*) as n from sessions where app_name = 'expiry'")
      expect(Number(count!.n)).toBe(3)
      const { totalItems } = await sealed.listSessions({ appName: 'expiry', limit: 0 })
      expect(totalItems).toBe(3)
      await sealed.deleteSession({ appName: 'expiry', userId: 'u', sessionId: 'd1' })
      // Whoever deletes what is old has the inner service alone, and no key.
      const { sessions } = await host.service.listSessions({ appName: 'expiry', order: 'asc' })
      for (const { id, userId } of sessions) await host.service.deleteSession({ appName: 'expiry', userId, sessionId: id })
      expect(await host.service.listSessions({ appName: 'expiry' })).toMatchObject({ totalItems: 0 })
      expect(opened()).toBe(0)
    })

    it('a list opens its page, and what sessions share once', async () => {
      const sealed = service()
      for (let n = 0; n < 9; n++)
        await sealed.createSession({
          appName: 'list',
          userId: n % 2 ? 'a' : 'b',
          state: { one: n, two: n, ...(n < 2 && { 'app:x': n, 'app:y': n, 'user:z': n }) },
        })
      forget()
      const { sessions, totalItems } = await sealed.listSessions({ appName: 'list', order: 'asc', limit: 4, page: 1 })
      expect([sessions.length, totalItems]).toEqual([4, 9])
      expect(sessions[3]!.state).toMatchObject({ 'app:x': 1, 'app:y': 1 })
      expect(opened()).toBe(4 * 2 + 2 + 2)
    })

    it('what was moved or changed does not open', async () => {
      const sealed = service()
      const make = async (appName: string, userId: string, sessionId: string) => {
        const session = await sealed.createSession({
          appName,
          userId,
          sessionId,
          state: { a: `a of ${sessionId}`, b: `b of ${sessionId}`, 'user:a': 1, 'user:b': 2, 'app:a': 1, 'app:b': 2 },
        })
        const time = Date.now() + 60_000
        await sealed.appendEvent({ session, event: eventAt(time, { id: `${sessionId}-1`, output: 1, branch: 'root' }) })
        await sealed.appendEvent({ session, event: eventAt(time + 1, { id: `${sessionId}-2`, output: 2, branch: 'root' }) })
      }
      await make('moved', 'u1', 'm1')
      await make('moved', 'u1', 'm2')
      await make('moved', 'u2', 'm3')
      await make('other', 'u1', 'm4')
      const first = () => sealed.getSession({ appName: 'moved', userId: 'u1', sessionId: 'm1' })
      expect((await first())?.events).toHaveLength(2)

      const cellOf = async (table: string, where: string) =>
        json(
          Object.values(
            (await rows(`select ${table === 'events' ? 'event_data' : 'state'} as cell from ${table} where ${where}`))[0]!,
          )[0],
        )
      /** Changes a cell, and has it refused until it is put back. */
      async function refuses(table: string, where: string, change: (cell: Row) => unknown, expected = 'open_failed') {
        const column = table === 'events' ? 'event_data' : 'state'
        const before = await cellOf(table, where)
        const write = (cell: unknown) => rows(`update ${table} set ${column} = ? where ${where}`, [JSON.stringify(cell)])
        await write(change(structuredClone(before)))
        await expect(first(), `${table} ${change}`).rejects.toEqual(code(expected))
        await write(before)
        expect((await first())?.state.a).toBe('a of m1')
      }
      const m1 = "app_name = 'moved' and id = 'm1'"
      const elsewhere = [
        await cellOf('sessions', "id = 'm2'"),
        await cellOf('sessions', "id = 'm3'"),
        await cellOf('sessions', "id = 'm4'"),
      ]
      for (const other of elsewhere) await refuses('sessions', m1, (cell) => ({ ...cell, a: other.a }))
      await refuses('sessions', m1, ({ a, b }) => ({ a: b, b: a }))
      await refuses('sessions', m1, (cell) => ({ ...cell, new: cell.a }))
      await refuses('sessions', m1, (cell) => ({ ...cell, a: 'in clear' }), 'plaintext_rejected')
      await refuses('sessions', m1, (cell) => ({ ...cell, a: { in: 'clear' } }), 'plaintext_rejected')
      await refuses('sessions', m1, (cell) => ({
        ...cell,
        a: `${String(cell.a).slice(0, -1)}${String(cell.a).endsWith('A') ? 'Q' : 'A'}`,
      }))

      const users = "app_name = 'moved' and user_id = 'u1'"
      await refuses('user_states', users, ({ a, b }) => ({ a: b, b: a }))
      const otherUser = await cellOf('user_states', "user_id = 'u2' and app_name = 'moved'")
      await refuses('user_states', users, () => otherUser)
      const otherApp = await cellOf('app_states', "app_name = 'other'")
      await refuses('app_states', "app_name = 'moved'", () => otherApp)
      await refuses('sessions', m1, (cell) => ({ ...cell, a: otherUser.a }))

      const event = "id = 'm1-1'"
      for (const id of ['m1-2', 'm2-1', 'm3-1', 'm4-1']) {
        const { custom_metadata } = await cellOf('events', `id = '${id}'`)
        await refuses('events', event, (cell) => ({ ...cell, custom_metadata }))
      }
      await refuses('events', event, (cell) => ({ ...cell, author: 'user' }), 'document_changed')
      await refuses('events', event, (cell) => ({ ...cell, timestamp: 1 }), 'document_changed')
      await refuses('events', event, (cell) => ({ ...cell, branch: 'root.other' }), 'document_changed')
      await refuses('events', event, (cell) => ({ ...cell, id: 'm1-2' }))
      await refuses('events', event, ({ custom_metadata: _, ...cell }) => cell, 'plaintext_rejected')
    })

    it('fifty writers at once lose nothing', async () => {
      const sealed = service()
      const key = { appName: 'writers', userId: 'u', sessionId: 's' }
      await sealed.createSession({ ...key, state: { made: true } })
      const append = async (session: Session, n: number) =>
        sealed.appendEvent({
          session,
          event: eventAt(Date.now() + 60_000 + n, { output: n, actions: { stateDelta: { [`own${n}`]: n } } }),
        })
      const sessions = await Promise.all(Array.from({ length: 50 }, () => sealed.getSession(key)))
      await Promise.all(sessions.map((session, n) => append(session!, n)))
      const made = await Promise.all(
        Array.from({ length: 50 }, (_, n) => sealed.createSession({ ...key, sessionId: `c${n}`, state: { n } })),
      )
      expect(made.map(({ state }) => state.n)).toEqual(made.map((_, n) => n))

      const found = (await sealed.getSession(key))!
      expect(found.state).toEqual(Object.fromEntries([['made', true], ...sessions.map((_, n) => [`own${n}`, n])]))
      expect(found.events.map(({ output }) => output)).toEqual(sessions.map((_, n) => n))
      expect(await sealed.listSessions({ appName: 'writers' })).toMatchObject({ totalItems: 51 })
    })
  })
}

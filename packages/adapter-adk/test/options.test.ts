import {
  BaseLlm,
  type Event,
  InMemorySessionService,
  isFinalResponse,
  LlmAgent,
  type LlmResponse,
  Runner,
  type Session,
} from '@google/adk'
import { createDedupKey, createSealer, generateKey, staticKeys } from '@waxseal/core'
import { acteon } from '@waxseal/formats'
import { describe, expect, it, vi } from 'vitest'
import { eventContext, type SessionSealOptions, sealedSessionService, stateContext } from '../src/index.js'
import { code, createWatched, eventAt } from './sealing.js'

const KEY = { appName: 'support', userId: 'u1', sessionId: 's1' }
const SEALED = expect.stringMatching(/^wax1\./)
const HOUR = 3_600_000
const soon = () => new Date(Date.now() + HOUR)

function setUp(options: Partial<SessionSealOptions> = {}) {
  const inner = new InMemorySessionService()
  const watched = createWatched()
  const service = (more: Partial<SessionSealOptions> = {}) =>
    sealedSessionService(inner, { sealer: watched.sealer, ...options, ...more })
  return { inner, service, ...watched }
}
const withDelta = (time: number, stateDelta: Record<string, unknown>, more: Partial<Event> = {}) =>
  eventAt(time, { ...more, actions: { stateDelta } })

describe('what is sealed', () => {
  it.each([
    [['state'] as const, SEALED, 'hello'],
    [['events'] as const, 1, SEALED],
    [[] as const, 1, 'hello'],
  ])('encryptFields %j', async (encryptFields, stateValue, eventValue) => {
    const { inner, service } = setUp({ encryptFields })
    const session = await service().createSession({ ...KEY, state: { a: 1 } })
    await service().appendEvent({ session, event: withDelta(1, { b: 2 }, { output: 'hello' }) })
    const stored = (await inner.getSession(KEY))!
    expect(stored.state.a).toEqual(stateValue)
    expect(stored.state.b).toEqual(stateValue === 1 ? 2 : SEALED)
    expect(stored.events[0]!.output ?? stored.events[0]!.customMetadata!.waxseal).toEqual(eventValue)
    expect(await service().getSession(KEY)).toMatchObject({
      state: { a: 1, b: 2 },
      events: [{ output: 'hello', actions: { stateDelta: { b: 2 } } }],
    })
    // Whoever expects all to be sealed is not given what is in clear.
    await expect(service({ encryptFields: undefined }).getSession(KEY)).rejects.toEqual(code('plaintext_rejected'))
  })

  it('keys by pattern, with their scope', async () => {
    const { inner, service } = setUp({
      stateKeys: { include: ['profile_*', 'user:*', 'app:*'], exclude: ['*.public', 'app:motd'] },
    })
    const state = { profile_name: 1, step: 1, 'profile_a.public': 1, 'user:b': 1, 'user:c.public': 1, 'app:d': 1, 'app:motd': 1 }
    await service().createSession({ ...KEY, state })
    const stored = (await inner.getSession(KEY))!
    const sealed = Object.keys(stored.state).filter((key) => stored.state[key] !== 1)
    expect(sealed.sort()).toEqual(['app:d', 'profile_name', 'user:b'])
    expect((await service().getSession(KEY))!.state).toEqual(state)
  })

  it('what looks like an envelope is sealed whatever its key, so that it is read as it was', async () => {
    const { inner, service } = setUp({ encryptFields: [] })
    await service().createSession({ ...KEY, state: { note: 'wax1.is the version', other: 'wax' } })
    expect((await inner.getSession(KEY))!.state).toMatchObject({ note: SEALED, other: 'wax' })
    expect((await service().getSession(KEY))!.state).toEqual({ note: 'wax1.is the version', other: 'wax' })
  })

  it('is JSON: what has no JSON is refused or left out, as a database does', async () => {
    const { service } = setUp()
    const { state } = await service().createSession({ ...KEY, state: { at: new Date(0), none: undefined, nan: Number.NaN } })
    expect(state).toEqual({ at: '1970-01-01T00:00:00.000Z', nan: null })
    await expect(service().createSession({ ...KEY, state: { big: 1n } })).rejects.toEqual(code('not_serialisable'))
  })

  it('the session and the event of the caller stay in clear, also where appends overlap', async () => {
    const { inner, service } = setUp()
    const sealed = service()
    const session = await sealed.createSession(KEY)
    const events = Array.from({ length: 20 }, (_, n) =>
      withDelta(n + 1, { n, ...Object.fromEntries(Array.from({ length: 20 - n }, (_, k) => [`k${k}`, n])) }),
    )
    const appended = await Promise.all(events.map((event) => sealed.appendEvent({ session, event })))
    expect(appended.every((event, n) => event === events[n])).toBe(true)
    expect(session.events).toEqual(events)
    expect(session.state.n).toBe(19)
    expect((await inner.getSession(KEY))!.events.map(({ id }) => id)).toEqual(events.map(({ id }) => id))
    expect(JSON.stringify(events)).not.toContain('wax1.')
  })

  it('an append that fails holds up none behind it, and leaves the session as it was', async () => {
    const { service } = setUp()
    const sealed = service()
    const session = await sealed.createSession(KEY)
    const outcomes = await Promise.allSettled([
      sealed.appendEvent({ session, event: withDelta(1, { big: 1n }) }),
      sealed.appendEvent({ session, event: withDelta(2, { a: 1 }) }),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(session.state).toEqual({ a: 1 })
    expect(session.events).toHaveLength(1)
  })
})

it('a user without a name gets no list of all users', async () => {
  for (const userId of ['clear', 'pseudonym'] as const) {
    const { inner, service, keys } = setUp()
    const sealed = service({ userId, pseudonyms: createDedupKey({ keys, key: { kid: 'k1' } }) })
    await sealed.createSession({ ...KEY, state: { a: 1 } })
    const asked = vi.spyOn(inner, 'listSessions')
    await expect(sealed.listSessions({ appName: 'support', userId: '' })).rejects.toEqual(code('config'))
    expect(asked).not.toHaveBeenCalled()
    expect((await sealed.listSessions({ appName: 'support' })).totalItems).toBe(1)
  }
})

describe('sessions of several ages', () => {
  it('are read while a window is open, counted, and sealed by what is written next', async () => {
    const { inner, service, told } = setUp()
    const old = await inner.createSession({ ...KEY, state: { a: 1, b: { c: 2 }, d: 'text' } })
    await inner.appendEvent({ session: old, event: withDelta(1, { a: 5, 'app:x': 'y' }, { output: 'old' }) })
    await expect(service().getSession(KEY)).rejects.toEqual(code('plaintext_rejected'))

    let admitted = 0
    const plaintext = { allowUntil: soon(), onPlaintext: () => void admitted++ }
    const session = (await service({ plaintext }).getSession(KEY))!
    expect(session.state).toEqual({ a: 5, b: { c: 2 }, d: 'text', 'app:x': 'y' })
    expect(session.events[0]).toMatchObject({ output: 'old', actions: { stateDelta: { a: 5, 'app:x': 'y' } } })
    // Four values, the event and the two values of its delta.
    expect(admitted).toBe(7)
    expect(told.filter(({ operation }) => operation === 'plaintext')).toHaveLength(7)

    await service({ plaintext }).appendEvent({ session, event: withDelta(2, { a: 6 }, { output: 'new' }) })
    const stored = (await inner.getSession(KEY))!
    expect(stored.state).toMatchObject({ a: SEALED, d: 'text' })
    expect((await service({ plaintext }).getSession(KEY))!.events.map(({ output }) => output)).toEqual(['old', 'new'])
    const closed = { allowUntil: new Date(Date.now() - 1) }
    await expect(service({ plaintext: closed }).getSession(KEY)).rejects.toEqual(code('plaintext_rejected'))
  })

  it("are read in others' layouts, and in no other form, while a window for those is open", async () => {
    const { inner, keys } = setUp()
    const payloads = acteon({ keys: [{ kid: 'k1', key: new Uint8Array(32).fill(7) }] })
    const sealer = createSealer({ keys, legacy: [payloads] })
    const plaintext = { allowUntil: soon(), accept: 'legacy' as const }
    const service = sealedSessionService(inner, { sealer, plaintext })
    const old = await payloads.seal({ c: 2 })
    const holds = async (sessionId: string, a: unknown) => {
      await inner.createSession({ ...KEY, sessionId, state: { a } })
      return service.getSession({ ...KEY, sessionId })
    }
    expect((await holds('s1', old))!.state).toEqual({ a: { c: 2 } })
    await expect(sealedSessionService(inner, { sealer }).getSession(KEY)).rejects.toEqual(code('plaintext_rejected'))
    await expect(holds('s2', old.slice(0, -8))).rejects.toEqual(code('malformed'))
    await expect(holds('s3', old.replace('data:', 'data:AAAA'))).rejects.toEqual(code('open_failed'))
    for (const [at, clear] of ['text', { c: 2 }, null, 7].entries())
      await expect(holds(`clear${at}`, clear)).rejects.toEqual(code('plaintext_rejected'))
  })

  it('open under an older name of the app', async () => {
    const { service } = setUp()
    const session = await service({ app: 'helpdesk' }).createSession({ ...KEY, state: { a: 1, 'app:b': 2 } })
    await service({ app: 'helpdesk' }).appendEvent({ session, event: withDelta(1, { a: 2 }) })
    await expect(service().getSession(KEY)).rejects.toEqual(code('open_failed'))
    const renamed = service({
      previousContexts: (context) => [
        { ...context, app: 'desk' },
        { ...context, app: 'helpdesk' },
      ],
    })
    expect(await renamed.getSession(KEY)).toMatchObject({
      state: { a: 2, 'app:b': 2 },
      events: [{ actions: { stateDelta: { a: 2 } } }],
    })
  })

  it('have contexts that tools can make', async () => {
    const { inner, service, sealer } = setUp()
    const session = await service({ app: 'desk' }).createSession(KEY)
    await service({ app: 'desk' }).appendEvent({
      session,
      event: withDelta(1, { a: 'one', 'user:b': 'two', 'app:c': 'three' }, { output: 4 }),
    })
    const place = { app: 'desk', user: 'u1', session: 's1' }
    const { state, events } = (await inner.getSession(KEY))!
    for (const [key, value] of [
      ['a', 'one'],
      ['user:b', 'two'],
      ['app:c', 'three'],
    ] as const)
      expect(await sealer.open(state[key] as string, { context: stateContext(place, key) })).toBe(value)
    const [event] = events
    expect(
      await sealer.open(event!.customMetadata!.waxseal as string, { context: eventContext(place, event!.id) }),
    ).toMatchObject({ output: 4 })
  })
})

describe('keys', () => {
  it('are of the scope: values for all users of an app have one of their own', async () => {
    const scopes = ['u1', 'u2', 'shared']
    const keys = staticKeys(scopes.map((scope) => ({ kid: `k-${scope}`, key: generateKey(), scope })))
    const inner = new InMemorySessionService()
    const service = sealedSessionService(inner, { sealer: createSealer({ keys }), scope: ({ userId }) => userId ?? 'shared' })
    const session = await service.createSession(KEY)
    await service.appendEvent({ session, event: withDelta(1, { a: 1, 'user:b': 2, 'app:c': 3 }) })
    const stored = (await inner.getSession(KEY))!
    const kid = (value: unknown) => String(value).split('.')[2]
    expect(
      [stored.state.a, stored.state['user:b'], stored.state['app:c'], stored.events[0]!.customMetadata!.waxseal].map(kid),
    ).toEqual(['k-u1~1', 'k-u1~1', 'k-shared~1', 'k-u1~1'])
    expect((await service.getSession(KEY))!.state).toEqual({ a: 1, 'user:b': 2, 'app:c': 3 })
    const other = await service.createSession({ ...KEY, userId: 'u2' })
    expect(other.state).toEqual({ 'app:c': 3 })
  })
})

describe('ids of users', () => {
  const EMAIL = 'zoe@example.com'

  it('are pseudonyms where that is asked for', async () => {
    const { inner, service, keys } = setUp()
    const options = { userId: 'pseudonym', pseudonyms: createDedupKey({ keys, key: { kid: 'k1' } }) } as const
    const sealed = service(options)
    const session = await sealed.createSession({ ...KEY, userId: EMAIL, state: { a: 1, 'user:b': 2 } })
    await sealed.appendEvent({ session, event: withDelta(1, { a: 2, 'user:b': 3 }) })
    expect(session.userId).toBe(EMAIL)
    expect((await sealed.getSession({ ...KEY, userId: EMAIL }))!).toMatchObject({ userId: EMAIL, state: { a: 2, 'user:b': 3 } })
    expect((await sealed.listSessions({ appName: 'support', userId: EMAIL })).sessions).toMatchObject([
      { userId: EMAIL, id: 's1' },
    ])
    expect(JSON.stringify(inner)).not.toContain('zoe')

    const stored = await sealed.storedUserId('support', EMAIL)
    expect(stored).toMatch(/^[\w-]{22}$/)
    expect(await sealed.storedUserId('sales', EMAIL)).not.toBe(stored)
    expect((await sealed.listSessions({ appName: 'support' })).sessions).toMatchObject([{ userId: stored }])
    await sealed.deleteSession({ ...KEY, userId: EMAIL })
    expect(await inner.listSessions({ appName: 'support' })).toMatchObject({ totalItems: 0 })
    expect(() => service({ userId: 'pseudonym' })).toThrow(code('config'))
  })

  it.each([
    [EMAIL, true],
    ['+49 170 1234567', true],
    ['0170-1234567', true],
    ['u-81d3', false],
    ['20261126', false],
    ['0f8fad5b-d9cb-469f-a165-70867728950e', false],
  ])('%s in clear is worth a warning: %j', async (userId, warned) => {
    const events: unknown[] = []
    const { service } = setUp({ onEvent: (event) => events.push(event) })
    await service().createSession({ ...KEY, userId })
    expect(events).toEqual(warned ? [{ event: 'user_id_in_clear' }] : [])
  })

  it('are judged by a detector of yours, or by none', async () => {
    const events: unknown[] = []
    const onEvent = (event: unknown) => {
      events.push(event)
      throw new Error('a hook changes nothing')
    }
    const { service } = setUp({ onEvent })
    const detector = { detectDocument: async (id: unknown) => (id === 'Zoë Example' ? [{ pointer: '' }] : []) }
    await service({ detector }).createSession({ ...KEY, userId: 'Zoë Example' })
    await service({ detector }).createSession({ ...KEY, userId: EMAIL })
    await service({ detector: false }).createSession({ ...KEY, userId: EMAIL })
    expect(events).toHaveLength(1)
  })
})

it('an inner service that names events anew has them bound to their session', async () => {
  const { inner, service } = setUp({ eventIds: 'reassigned' })
  const session = await service().createSession(KEY)
  await service().appendEvent({ session, event: eventAt(1, { output: 'a' }) })
  const [stored] = (inner as unknown as { sessions: Record<string, Record<string, Record<string, Session>>> }).sessions.support!
    .u1!.s1!.events
  stored!.id = '4711'
  stored!.timestamp = 2
  expect((await service().getSession(KEY))!.events).toMatchObject([{ id: '4711', output: 'a', timestamp: 1 }])
})

it('an agent runs on it, and its next turn knows the one before', async () => {
  class Echo extends BaseLlm {
    constructor() {
      super({ model: 'echo' })
    }
    override async *generateContentAsync({
      contents,
    }: Parameters<BaseLlm['generateContentAsync']>[0]): AsyncGenerator<LlmResponse, void> {
      yield { content: { role: 'model', parts: [{ text: `${contents.length}: ${contents.at(-1)!.parts![0]!.text}` }] } }
    }
    override connect(): never {
      throw new Error('it has no connection')
    }
  }
  const { inner, service } = setUp()
  const sessionService = service()
  await sessionService.createSession(KEY)
  const runner = new Runner({
    appName: 'support',
    agent: new LlmAgent({ name: 'helper', model: new Echo(), outputKey: 'last' }),
    sessionService,
  })
  const turn = async (text: string) => {
    let answer = ''
    for await (const event of runner.runAsync({ userId: 'u1', sessionId: 's1', newMessage: { role: 'user', parts: [{ text }] } }))
      if (isFinalResponse(event)) answer = event.content!.parts![0]!.text!
    return answer
  }
  expect(await turn('my card is 4111')).toBe('1: my card is 4111')
  expect(await turn('and now?')).toBe('3: and now?')
  expect((await sessionService.getSession(KEY))!.state.last).toBe('3: and now?')
  expect(JSON.stringify(inner)).not.toContain('card')
})

it.each([
  [{ sealer: undefined }],
  [{ encryptFields: ['title'] }],
  [{ app: '' }],
  [{ userId: 'hidden' }],
  [{ eventIds: 'any' }],
  [{ stateKeys: { include: [''] } }],
])('refuses %j', (options) => {
  const { sealer } = createWatched()
  const wrong = { sealer, ...options } as unknown as SessionSealOptions
  expect(() => sealedSessionService(new InMemorySessionService(), wrong)).toThrow(code('config'))
  expect(() => sealedSessionService({} as InMemorySessionService, { sealer })).toThrow(code('config'))
})

import { type BaseSessionService, createEvent, type Event, type Session, State } from '@google/adk'
import { describe, expect, it } from 'vitest'
import { sealedSessionService } from '../src/index.js'
import type { OpenHost } from './hosts.js'
import { createWatched, eventAt } from './sealing.js'

const KEY = { appName: 'support', userId: 'u1', sessionId: 's1' }
// Behind the time at which the sessions of a test are made.
const LATER = Date.now() + 60_000

/** What a run of it shows; events and sessions have times of their own, which two runs do not share. */
type Scenario = (service: BaseSessionService) => Promise<unknown>

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null))
const shown = (session: Session | undefined) =>
  plain(session && { ...session, lastUpdateTime: session.lastUpdateTime >= LATER ? session.lastUpdateTime : 'made' })
const failing = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: Error) => error.message,
  )

const delta = (time: number, stateDelta: Record<string, unknown>) => eventAt(LATER + time, { actions: { stateDelta } })

const rich = (): Event =>
  eventAt(LATER + 1, {
    branch: 'root.helper',
    content: {
      role: 'model',
      parts: [
        { text: 'The balance is 12.50' },
        { functionCall: { id: 'c1', name: 'lookUp', args: { customerName: 'Zoë', snake_name: [1, { aB: null }] } } },
        { functionResponse: { id: 'c1', name: 'lookUp', response: { camelCase: true, snake_case: 'x' } } },
        { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } },
      ],
    },
    actions: {
      stateDelta: {
        balance: { amountDue: 12.5, due_date: 'tomorrow' },
        'user:tier': 'gold',
        'app:motd': 'hi',
        'temp:scratch': 1,
      },
      artifactDelta: { 'report-Zoë.pdf': 3 },
      transferToAgent: 'billing',
      escalate: false,
      agentState: { nodeState: { input_text: 'secret' } },
    },
    customMetadata: { traceId: 't-1', nested_name: { innerName: 1 } },
    groundingMetadata: { webSearchQueries: ['balance of Zoë'] },
    usageMetadata: { promptTokenCount: 7, totalTokenCount: 9 },
    errorMessage: 'the card of Zoë was declined',
    longRunningToolIds: ['c1'],
    output: { resultValue: [1, 2], snake_value: null },
    route: ['left', 2],
    nodeInfo: { path: 'wf.child.0', outputFor: ['wf'] },
    isolationScope: 'scope-1',
  })

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'a session is made with the state it was given, and found again': async (service) => {
    const state = {
      name: 'Zoë',
      list: [1, { a: null }],
      none: null,
      flag: false,
      text: '',
      'app:motd': 'hi',
      'user:tier': 'gold',
      'temp:x': 1,
    }
    const made = await service.createSession({ ...KEY, state })
    return [shown(made), shown(await service.getSession(KEY)), state]
  },
  'a session without an id gets one': async (service) => {
    const made = await service.createSession({ appName: 'support', userId: 'u1', state: { a: 1 } })
    const found = await service.getSession({ ...KEY, sessionId: made.id })
    return [typeof made.id, made.id.length > 10, found?.state, found?.id === made.id]
  },
  'what is not there is not found, and deleting it changes nothing': async (service) => {
    await service.deleteSession(KEY)
    return shown(await service.getSession(KEY))
  },
  'the same id twice': async (service) => {
    await service.createSession({ ...KEY, state: { a: 1 } })
    const again = await failing(service.createSession({ ...KEY, state: { b: 2 } }))
    return [again, shown(await service.getSession(KEY))]
  },
  'a session is there or is made': async (service) => {
    const first = await service.getOrCreateSession({ ...KEY, state: { a: 1 } })
    const second = await service.getOrCreateSession({ ...KEY, state: { a: 2 } })
    return [shown(first), shown(second)]
  },
  'an event with all that it can hold comes back as it was': async (service) => {
    const session = await service.createSession(KEY)
    const event = rich()
    const appended = await service.appendEvent({ session, event })
    return [appended === event, plain(event), session.events[0] === event, shown(session), shown(await service.getSession(KEY))]
  },
  'the shared parts of the state reach whom they are for': async (service) => {
    const session = await service.createSession(KEY)
    await service.appendEvent({ session, event: delta(1, { 'app:a': { v: 1 }, 'user:b': 2, own: 3, 'temp:t': 4 }) })
    const same = await service.createSession({ ...KEY, sessionId: 's2' })
    const other = await service.createSession({ ...KEY, userId: 'u2', sessionId: 's3' })
    const elsewhere = await service.createSession({ ...KEY, appName: 'sales' })
    return [session, same, other, elsewhere].map(shown)
  },
  'deltas merge by key, the last one stays': async (service) => {
    const session = await service.createSession({ ...KEY, state: { kept: 1, changed: { a: 1 } } })
    await service.appendEvent({ session, event: delta(1, { changed: { b: 2 }, added: [] }) })
    await service.appendEvent({ session, event: delta(2, { added: null, 'user:n': 0 }) })
    return [shown(session), shown(await service.getSession(KEY))]
  },
  'two copies of a session both write': async (service) => {
    await service.createSession({ ...KEY, state: { a: 0 } })
    const one = (await service.getSession(KEY))!
    const two = (await service.getSession(KEY))!
    await service.appendEvent({ session: one, event: delta(1, { a: 1 }) })
    await service.appendEvent({ session: two, event: delta(2, { b: 2 }) })
    await service.appendEvent({ session: one, event: delta(3, { c: 3 }) })
    return [shown(one), shown(two), shown(await service.getSession(KEY))]
  },
  'an event with the id of another takes its place': async (service) => {
    const session = await service.createSession(KEY)
    await service.appendEvent({ session, event: delta(1, { a: 1 }) })
    await service.appendEvent({ session, event: delta(2, { a: 2 }) })
    const again = { ...delta(3, { a: 3 }), id: delta(1, {}).id }
    await service.appendEvent({ session, event: again })
    return [shown(session), shown(await service.getSession(KEY))]
  },
  'a part of a stream is given back and stored nowhere': async (service) => {
    const session = await service.createSession(KEY)
    const part = eventAt(LATER, { partial: true, actions: { stateDelta: { a: 1, 'temp:b': 2 } } })
    const appended = await service.appendEvent({ session, event: part })
    const found = await service.getSession(KEY)
    return [appended === part, plain(part), session.state, session.events, found?.state, found?.events]
  },
  'an event without actions or text': async (service) => {
    const session = await service.createSession(KEY)
    const { actions: _, ...bare } = eventAt(LATER + 1)
    await service.appendEvent({ session, event: bare as Event })
    return [session.events.length, (await service.getSession(KEY))?.events.length]
  },
  'an event for a session that was deleted': async (service) => {
    const session = await service.createSession(KEY)
    await service.deleteSession(KEY)
    const outcome = await failing(service.appendEvent({ session, event: delta(1, { a: 1 }) }))
    return [outcome, shown(session), shown(await service.getSession(KEY))]
  },
  'the newest events, and those after a moment': async (service) => {
    const session = await service.createSession(KEY)
    for (const time of [1, 2, 3, 4, 5]) await service.appendEvent({ session, event: delta(time, { time }) })
    const ids = async (config: object) => (await service.getSession({ ...KEY, config }))?.events.map(({ id }) => id)
    return [await ids({ numRecentEvents: 2 }), await ids({ afterTimestamp: LATER + 3 }), await ids({ numRecentEvents: 9 })]
  },
  'lists by user and page': async (service) => {
    for (const n of [1, 2, 3, 4, 5]) {
      const session = await service.createSession({ ...KEY, sessionId: `s${n}`, state: { n }, userId: n === 5 ? 'u2' : 'u1' })
      await service.appendEvent({ session, event: delta(n, { m: n, 'user:last': n }) })
    }
    const list = async (request: object) => {
      const { sessions, ...page } = await service.listSessions({ appName: 'support', ...request })
      return [page, sessions.map(shown)]
    }
    return [
      await list({ userId: 'u1', order: 'asc' }),
      await list({ order: 'desc', limit: 2, page: 2 }),
      await list({ userId: 'u1', order: 'asc', limit: 2, offset: 1 }),
      await list({ userId: 'nobody' }),
      await list({ userId: 'nobody', limit: 3 }),
      await list({ appName: 'nothing' }),
    ]
  },
  'of two writes of a key the later one stays, however they arrive': async (service) => {
    const session = await service.createSession(KEY)
    const [early, late] = [createEvent({ id: 'e' }), createEvent({ id: 'l' })]
    early.timestamp = LATER + 1
    late.timestamp = LATER + 2
    new State(session.state, early.actions.stateDelta).set('n', 'early')
    new State(session.state, late.actions.stateDelta).set('n', 'late')
    await service.appendEvent({ session, event: late })
    await service.appendEvent({ session, event: early })
    return [session.state.n, (await service.getSession(KEY))?.state.n]
  },
  'names that objects have of their own': async (service) => {
    const state = JSON.parse('{"__proto__": {"admin": true}, "constructor": 1, "toString": "x"}')
    const session = await service.createSession({ ...KEY, state: { toString: 'x', constructor: 1 } })
    await service.appendEvent({ session, event: delta(1, { hasOwnProperty: 2 }) })
    const found = (await service.getSession(KEY))!
    return [Object.keys(found.state).sort(), (found.state as { admin?: boolean }).admin, Object.keys(state).length]
  },
}

/** The same is done with a service of ADK and with another: both must show the same. */
export function compareSuite(name: string, open: OpenHost, openOther: OpenHost, except: readonly string[] = []): void {
  describe(name, () => {
    it.each(Object.entries(SCENARIOS).filter(([title]) => !except.includes(title)))('%s', async (_, scenario) => {
      const [bare, other] = [await open(), await openOther()]
      try {
        expect(await scenario(other.service)).toEqual(await scenario(bare.service))
      } finally {
        await Promise.all([bare.close(), other.close()])
      }
    })
  })
}

/** The same is done with a service and with the service sealed. */
export const paritySuite = (name: string, open: OpenHost): void =>
  compareSuite(name, open, async () => {
    const host = await open()
    return { ...host, service: sealedSessionService(host.service, { sealer: createWatched().sealer }) }
  })

import {
  type AppendEventRequest,
  BaseSessionService,
  type CreateSessionRequest,
  type DeleteSessionRequest,
  type Event,
  type GetSessionRequest,
  type ListSessionsRequest,
  type ListSessionsResponse,
  type Session,
  trimTempDeltaState,
  trimTempState,
} from '@google/adk'
import { WaxsealError } from '@waxseal/core'
import { createEvents } from './events.js'
import type { SessionSealOptions } from './options.js'
import { createStates, type OpenedValues, type SealedPlace } from './state.js'
import { createUserIds } from './user-ids.js'
import { createValues } from './values.js'

/** A session service that seals; made by `sealedSessionService`. */
export interface SealedSessionService extends BaseSessionService {
  /** The id under which the inner service knows a user: for its own listings, expiry and deletion, which need no key. */
  storedUserId(appName: string, userId: string): Promise<string>
}

function checkOptions(inner: BaseSessionService, { sealer, encryptFields, app }: SessionSealOptions): void {
  const config = (message: string) => new WaxsealError('config', message)
  if (typeof inner?.appendEvent !== 'function') throw config('the first argument is a session service of ADK')
  if (typeof sealer?.seal !== 'function') throw config('sealer must be a sealer')
  if (app === '' || !['undefined', 'string', 'function'].includes(typeof app)) throw config('app is a name or gives one')
  if (encryptFields && !encryptFields.every((field) => field === 'state' || field === 'events'))
    throw config("encryptFields lists 'state' and 'events'")
}

/**
 * Any session service of ADK, with state and events sealed before they reach it: values of the state one by one, so that it can
 * merge deltas, and events as one text each. Names of state keys, `id`, `invocationId`, `author`, `timestamp`, `partial`, `branch`
 * and the names of actions stay readable. `config` for options that do not fit. Its methods throw what the inner service throws,
 * and `open_failed`, `plaintext_rejected`, `document_changed`, `malformed` for what was changed or moved.
 *
 * @example
 * const sessionService = sealedSessionService(new DatabaseSessionService('postgres://…'), { sealer })
 * const runner = new Runner({ appName: 'support', agent, sessionService })
 */
export function sealedSessionService(inner: BaseSessionService, options: SessionSealOptions): SealedSessionService {
  checkOptions(inner, options)
  return new Sealing(inner, options)
}

class Sealing extends BaseSessionService implements SealedSessionService {
  readonly #inner: BaseSessionService
  readonly #appOf: (appName: string) => string
  readonly #users
  readonly #states
  readonly #events
  /** Appends to one session object run one after the other: each leaves it as the inner service has it. */
  readonly #appending = new WeakMap<Session, Promise<unknown>>()

  constructor(inner: BaseSessionService, options: SessionSealOptions) {
    super()
    const { app } = options
    const values = createValues(options)
    this.#inner = inner
    this.#appOf = typeof app === 'function' ? app : (appName) => app ?? appName
    this.#users = createUserIds(options)
    this.#states = createStates(options, values)
    this.#events = createEvents(options, this.#states, values)
  }

  storedUserId(appName: string, userId: string): Promise<string> {
    return this.#users.stored(this.#appOf(appName), userId)
  }

  async createSession({ appName, userId, state, sessionId }: CreateSessionRequest): Promise<Session> {
    await this.#users.check(userId)
    const place = await this.#placeOf(appName, userId, sessionId || crypto.randomUUID())
    const session = await this.#inner.createSession({
      appName,
      userId: place.user,
      sessionId: place.session,
      ...(state ? { state: await this.#states.seal(trimTempState(state), place) } : {}),
    })
    if (session.id !== place.session) throw new WaxsealError('config', 'the inner service does not keep the ids of sessions')
    return this.#open(session, place, userId)
  }

  async getSession({ appName, userId, sessionId, config }: GetSessionRequest): Promise<Session | undefined> {
    const place = await this.#placeOf(appName, userId, sessionId)
    const session = await this.#inner.getSession({ appName, userId: place.user, sessionId, ...(config ? { config } : {}) })
    return session && this.#open(session, place, userId)
  }

  async listSessions(request: ListSessionsRequest): Promise<ListSessionsResponse> {
    const { appName, userId } = request
    // Some services would give those of all users.
    if (userId === '') throw new WaxsealError('config', 'userId is a user, or is left out for those of all users')
    const stored = userId === undefined ? undefined : await this.storedUserId(appName, userId)
    const page = await this.#inner.listSessions(stored === undefined ? request : { ...request, userId: stored })
    const opened: OpenedValues = new Map()
    const sessions = page.sessions.map((session) => {
      const place = { appName, app: this.#appOf(appName), user: session.userId, session: session.id }
      return this.#open(session, place, userId ?? session.userId, opened)
    })
    return { ...page, sessions: await Promise.all(sessions) }
  }

  async deleteSession({ appName, userId, sessionId }: DeleteSessionRequest): Promise<void> {
    await this.#inner.deleteSession({ appName, userId: await this.storedUserId(appName, userId), sessionId })
  }

  override async appendEvent({ session, event }: AppendEventRequest): Promise<Event> {
    // A part of a stream is stored by nobody.
    if (event.partial) return event
    const before = this.#appending.get(session)
    const append = () => this.#append(session, event)
    const appended = before ? before.then(append, append) : append()
    this.#appending.set(session, appended)
    return appended
  }

  async #append(session: Session, event: Event): Promise<Event> {
    const place = await this.#placeOf(session.appName, session.userId, session.id)
    const sealed = await this.#seal(event, place)
    // The inner service changes the session and the event that it gets; these are for it alone.
    const state: Session['state'] = {}
    const events: Event[] = []
    const shadow: Session = { ...session, userId: place.user, state, events }
    await this.#inner.appendEvent({ session: shadow, event: sealed })

    if (shadow.events !== events) {
      const opened = shadow.events.map((each) => (each.id === event.id ? event : this.#events.open(each, place)))
      session.events = await Promise.all(opened)
    }
    await super.appendEvent({ session, event })
    // What others wrote: a service that reads the session anew gives another state.
    if (shadow.state !== state) session.state = await this.#states.open(shadow.state, place)
    session.lastUpdateTime = shadow.lastUpdateTime
    return event
  }

  async #seal(event: Event, place: SealedPlace): Promise<Event> {
    if (!event.actions?.stateDelta) return this.#events.seal(event, {}, place)
    // ADK notes beside a delta when each key was written, and carries that over to the copy that it makes here.
    const { stateDelta } = trimTempDeltaState({ ...event, actions: { ...event.actions } }).actions
    return this.#events.seal(event, Object.assign(stateDelta, await this.#states.seal(stateDelta, place)), place)
  }

  async #open(session: Session, place: SealedPlace, userId: string, opened?: OpenedValues): Promise<Session> {
    const [state, events] = await Promise.all([
      this.#states.open(session.state ?? {}, place, opened),
      Promise.all((session.events ?? []).map((event) => this.#events.open(event, place))),
    ])
    return { ...session, userId, state, events }
  }

  async #placeOf(appName: string, userId: string, session: string): Promise<SealedPlace> {
    return { appName, app: this.#appOf(appName), user: await this.storedUserId(appName, userId), session }
  }
}

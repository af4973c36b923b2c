import {
  type AppendEventRequest,
  BaseSessionService,
  type CreateSessionRequest,
  type DeleteSessionRequest,
  type Event,
  type GetSessionRequest,
  type ListSessionsRequest,
  type ListSessionsResponse,
  mergeStates,
  type Session,
} from '@google/adk'
import { WaxsealError } from '@waxseal/core'
import { sql } from 'kysely'
import { isEmpty, type Members, merged, splitDelta } from './deltas.js'
import { pageOf, windowOf } from './pages.js'
import { type Cells, createRows, type Db, type SessionKey } from './rows.js'
import type { AnyDatabase, SecureSessionsDialect } from './tables.js'

export interface SecureSessionsOptions {
  /** Kysely over a database with the tables of adk-secure-sessions. */
  readonly db: AnyDatabase
  readonly dialect: SecureSessionsDialect
  /** Made by `adkSecureSessions` of `@waxseal/formats`, with the keys that the Python side has. */
  readonly cells: Cells
  /** Milliseconds since 1970. Default: Date.now. */
  readonly now?: (() => number) | undefined
}

/**
 * A session service on the database of adk-secure-sessions: TypeScript and Python agents share sessions. Its cells name no key and
 * are bound to no place, so whoever writes to the database can exchange them unseen; `sealedSessionService` is for all that need
 * not be shared. `config` for options that do not fit; methods throw what `cells` and the database throw.
 *
 * @example
 * const cells = adkSecureSessions({ aesGcm: key })
 * const sessionService = secureSessionsService({ db, dialect: 'sqlite', cells })
 */
export function secureSessionsService(options: SecureSessionsOptions): BaseSessionService {
  const { db, dialect, cells } = options
  if (dialect !== 'postgres' && dialect !== 'sqlite') throw new WaxsealError('config', "dialect is 'postgres' or 'sqlite'")
  if (typeof db?.selectFrom !== 'function' || db.isTransaction) throw new WaxsealError('config', 'db is a Kysely')
  if (typeof cells?.open !== 'function') throw new WaxsealError('config', 'cells are made by adkSecureSessions')
  return new SecureSessions(options)
}

class SecureSessions extends BaseSessionService {
  readonly #db: Db
  readonly #rows
  readonly #now: () => number

  constructor({ db, cells, now = Date.now }: SecureSessionsOptions) {
    super()
    // Plugins that change names or values are for other tables.
    this.#db = db.withoutPlugins() as Db
    this.#rows = createRows(cells)
    this.#now = now
  }

  async createSession({ appName, userId, state = {}, sessionId }: CreateSessionRequest): Promise<Session> {
    const id = sessionId || crypto.randomUUID()
    const key = { app_name: appName, user_id: userId, id }
    const delta = splitDelta(state)
    const now = this.#now()
    return this.#db.transaction().execute(async (db) => {
      await this.#rows.mergeShared(db, { app_name: appName }, delta.app, now)
      await this.#rows.mergeShared(db, { app_name: appName, user_id: userId }, delta.user, now)
      if (await this.#rows.session(db, key)) throw new Error(`Session with id ${id} already exists.`)
      await this.#rows.insertSession(db, key, delta.session, now)
      return this.#sessionOf(db, key, { state: delta.session, updated: now })
    })
  }

  async getSession({ appName, userId, sessionId, config }: GetSessionRequest): Promise<Session | undefined> {
    const key = { app_name: appName, user_id: userId, id: sessionId }
    const found = await this.#rows.session(this.#db, key)
    if (!found) return undefined
    const events = await this.#rows.events(this.#db, key, { newest: config?.numRecentEvents, afterMs: config?.afterTimestamp })
    return { ...(await this.#sessionOf(this.#db, key, found)), events }
  }

  async listSessions(request: ListSessionsRequest): Promise<ListSessionsResponse> {
    const { appName, userId, order } = request
    const mine = this.#db
      .selectFrom('sessions')
      .where((eb) => eb.and({ app_name: appName, ...(userId === undefined ? {} : { user_id: userId }) }))
    const { total } = await mine.select((eb) => eb.fn.countAll<string | number>().as('total')).executeTakeFirstOrThrow()
    const page = pageOf(request, Number(total))
    const { limit, offset } = windowOf(request, Number(total))
    const query = mine.select(['user_id', 'id', 'state', sql<string>`cast(update_time as text)`.as('time')])
    const rows = await query
      .orderBy('update_time', order ?? 'asc')
      .orderBy('id')
      .limit(limit)
      .offset(offset)
      .execute()
    const shared = await this.#rows.sharedStates(this.#db, appName, [...new Set(rows.map(({ user_id }) => user_id))])
    const sessions = rows.map(async (row) => {
      const { state, updated } = await this.#rows.openSession(row)
      const all = mergeStates(shared.app, shared.users.get(row.user_id), state)
      return { id: row.id, appName, userId: row.user_id, state: all, events: [], lastUpdateTime: updated }
    })
    return { ...page, sessions: await Promise.all(sessions) }
  }

  async deleteSession({ appName, userId, sessionId }: DeleteSessionRequest): Promise<void> {
    const key = { app_name: appName, user_id: userId, id: sessionId }
    await this.#db.transaction().execute((db) => this.#rows.remove(db, key))
  }

  override async appendEvent({ session, event }: AppendEventRequest): Promise<Event> {
    if (event.partial) return event
    const key = { app_name: session.appName, user_id: session.userId, id: session.id }
    const stored = await this.#db.transaction().execute(async (db) => {
      if (!(await this.#rows.lockSession(db, key))) throw new Error(`Session ${session.id} not found for appendEvent`)
      const before = (await this.#rows.session(db, key))!
      const events = before.updated > session.lastUpdateTime ? await this.#rows.events(db, key) : undefined
      const delta = splitDelta(event.actions?.stateDelta ?? {})
      await this.#rows.mergeShared(db, { app_name: key.app_name }, delta.app, this.#now())
      await this.#rows.mergeShared(db, { app_name: key.app_name, user_id: key.user_id }, delta.user, this.#now())
      const state = merged(before.state, delta.session)
      await this.#rows.updateSession(db, key, isEmpty(delta.session) ? undefined : state, event.timestamp)
      await this.#rows.putEvent(db, key, withoutTemporary(event))
      return { ...(await this.#sessionOf(db, key, { state, updated: event.timestamp })), events }
    })
    if (stored.events) session.events = stored.events
    await super.appendEvent({ session, event })
    session.state = stored.state
    session.lastUpdateTime = stored.lastUpdateTime
    return event
  }

  async #sessionOf(db: Db, key: SessionKey, { state, updated }: { state: Members; updated: number }): Promise<Session> {
    const { app, users } = await this.#rows.sharedStates(db, key.app_name, [key.user_id])
    const all = mergeStates(app, users.get(key.user_id), state)
    return { id: key.id, appName: key.app_name, userId: key.user_id, state: all, events: [], lastUpdateTime: updated }
  }
}

/** The event of the caller changes only once it is stored. */
function withoutTemporary(event: Event): Event {
  const kept = Object.entries(event.actions?.stateDelta ?? {}).filter(([key]) => !key.startsWith('temp:'))
  return { ...event, actions: { ...event.actions, stateDelta: Object.fromEntries(kept) } }
}

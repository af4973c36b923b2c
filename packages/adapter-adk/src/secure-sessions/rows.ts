import type { Event } from '@google/adk'
import { WaxsealError } from '@waxseal/core'
import type { AdkSecureSessions } from '@waxseal/formats'
import { type Kysely, sql } from 'kysely'
import { isObject, jsonOf } from '../json-value.js'
import { isEmpty, type Members, merged } from './deltas.js'
import { fromPython, toPython } from './python-event.js'
import type { Tables } from './tables.js'
import { fromColumn, toColumn } from './times.js'

export type Cells = Pick<AdkSecureSessions, 'open' | 'seal'>
export type Db = Kysely<Tables>

export interface SessionKey {
  readonly app_name: string
  readonly user_id: string
  readonly id: string
}

const text = (column: 'update_time' | 'timestamp') => sql<string>`cast(${sql.ref(column)} as text)`.as('time')
const ofSession = ({ app_name, user_id, id }: SessionKey) => ({ app_name, user_id, session_id: id })

/** Rows of the tables, with their cells opened and sealed. */
export function createRows(cells: Cells) {
  const openState = async (cell: string | undefined): Promise<Members> => {
    const state = cell === undefined ? {} : await cells.open(cell)
    // Taken for an empty one, it would be written back as that.
    if (!isObject(state)) throw new WaxsealError('malformed', 'a cell of a state holds something else')
    return state
  }

  async function eventOf(row: { id: string; invocation_id: string; time: string; event_data: string | null }): Promise<Event> {
    const stored = row.event_data === null ? {} : await cells.open(row.event_data)
    if (!isObject(stored)) throw new WaxsealError('malformed', 'a cell of an event holds something else')
    return fromPython(stored, { id: row.id, invocationId: row.invocation_id, timestamp: fromColumn(row.time) })
  }

  return {
    async sharedStates(
      db: Db,
      app: string,
      users: readonly string[],
    ): Promise<{ app: Members; users: ReadonlyMap<string, Members> }> {
      // A page without sessions needs no key.
      if (users.length === 0) return { app: {}, users: new Map() }
      const appRow = await db.selectFrom('app_states').select('state').where('app_name', '=', app).executeTakeFirst()
      const userRows = await db
        .selectFrom('user_states')
        .select(['user_id', 'state'])
        .where('app_name', '=', app)
        .where('user_id', 'in', users)
        .execute()
      const opened = await Promise.all(userRows.map(async ({ user_id, state }) => [user_id, await openState(state)] as const))
      return { app: await openState(appRow?.state), users: new Map(opened) }
    },

    async session(db: Db, key: SessionKey): Promise<{ state: Members; updated: number } | undefined> {
      const row = await db
        .selectFrom('sessions')
        .select(['state', text('update_time')])
        .where((eb) => eb.and({ ...key }))
        .executeTakeFirst()
      return row && { state: await openState(row.state), updated: fromColumn(row.time) }
    },

    openSession: async (row: { state: string; time: string }) => ({
      state: await openState(row.state),
      updated: fromColumn(row.time),
    }),

    /** In their order; `newest` of them, and none before `afterMs`. */
    async events(
      db: Db,
      key: SessionKey,
      { newest, afterMs }: { newest?: number | undefined; afterMs?: number | undefined } = {},
    ): Promise<Event[]> {
      let query = db
        .selectFrom('events')
        .select(['id', 'invocation_id', 'event_data', text('timestamp')])
        .where((eb) => eb.and(ofSession(key)))
        .orderBy('timestamp', 'desc')
        .orderBy('id', 'desc')
      if (newest) query = query.limit(newest)
      if (afterMs) query = query.where('timestamp', '>=', toColumn(afterMs))
      return Promise.all((await query.execute()).reverse().map(eventOf))
    },

    async insertSession(db: Db, key: SessionKey, state: Members, now: number): Promise<void> {
      const time = toColumn(now)
      const values = { ...key, state: await cells.seal(jsonOf(state)), create_time: time, update_time: time }
      await db.insertInto('sessions').values(values).execute()
    },

    /** Takes the session for this transaction; false where it is not there. The first statement: SQLite locks with it. */
    async lockSession(db: Db, key: SessionKey): Promise<boolean> {
      const same = { update_time: sql<string>`update_time` }
      const { numUpdatedRows } = await db
        .updateTable('sessions')
        .set(same)
        .where((eb) => eb.and({ ...key }))
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    async updateSession(db: Db, key: SessionKey, state: Members | undefined, updated: number): Promise<void> {
      const values = { update_time: toColumn(updated), ...(state ? { state: await cells.seal(jsonOf(state)) } : {}) }
      await db
        .updateTable('sessions')
        .set(values)
        .where((eb) => eb.and({ ...key }))
        .execute()
    },

    /** Makes the row where it is not there, and merges a delta into it. */
    async mergeShared(db: Db, key: { app_name: string; user_id?: string }, delta: Members, now: number): Promise<void> {
      const table = key.user_id === undefined ? 'app_states' : 'user_states'
      const update_time = toColumn(now)
      const row = { ...key, state: await cells.seal({}), update_time } as Tables['user_states']
      await db
        .insertInto(table)
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      if (isEmpty(delta)) return
      // Writing first takes the row, so that nobody else's delta is lost.
      await db
        .updateTable(table)
        .set({ update_time })
        .where((eb) => eb.and({ ...key }))
        .execute()
      const found = await db
        .selectFrom(table)
        .select('state')
        .where((eb) => eb.and({ ...key }))
        .executeTakeFirstOrThrow()
      const state = await cells.seal(jsonOf(merged(await openState(found.state), delta)))
      await db
        .updateTable(table)
        .set({ state })
        .where((eb) => eb.and({ ...key }))
        .execute()
    },

    async putEvent(db: Db, key: SessionKey, event: Event): Promise<void> {
      const event_data = await cells.seal(jsonOf(toPython(event)))
      const data = { event_data, timestamp: toColumn(event.timestamp) }
      const row = { ...ofSession(key), id: event.id, invocation_id: event.invocationId, ...data }
      await db
        .insertInto('events')
        .values(row)
        .onConflict((conflict) => conflict.columns(['id', 'app_name', 'user_id', 'session_id']).doUpdateSet(data))
        .execute()
    },

    async remove(db: Db, key: SessionKey): Promise<void> {
      await db
        .deleteFrom('events')
        .where((eb) => eb.and(ofSession(key)))
        .execute()
      await db
        .deleteFrom('sessions')
        .where((eb) => eb.and({ ...key }))
        .execute()
    },
  }
}

export type Rows = ReturnType<typeof createRows>

/** What binds a sealed value to its place (spec section 5). */
export type SessionContext = Readonly<Record<string, string>>

/** A session, by the names that contexts have for it. `user` is the id as it is stored. */
export interface SessionPlace {
  readonly app: string
  readonly user: string
  readonly session: string
}

const APP = 'app:'
const USER = 'user:'

/** Whether a key of the state belongs to all users of an app, to all sessions of a user, or to one session. */
export const ownerOf = (key: string): 'app' | 'user' | 'session' => {
  if (key.startsWith(APP)) return 'app'
  return key.startsWith(USER) ? 'user' : 'session'
}

/** Whether a key of the state is for nobody to store. */
export const isTemporary = (key: string): boolean => key.startsWith('temp:')

/**
 * The context of a value of the state: `app` and `key`, `user` unless it is shared by all of them, `session` unless it is shared by
 * the user's. For tools.
 *
 * @example
 * await sealer.open(row.state.balance, { context: stateContext({ app: 'support', user: 'u1', session: 's1' }, 'balance') })
 */
export function stateContext({ app, user, session }: SessionPlace, key: string): SessionContext {
  const owner = ownerOf(key)
  if (owner === 'app') return { app, key }
  return owner === 'user' ? { app, user, key } : { app, user, session, key }
}

/** The context of an event; without `id` it is bound to its session alone. For tools. */
export const eventContext = ({ app, user, session }: SessionPlace, id?: string | undefined): SessionContext =>
  id === undefined ? { app, user, session, surface: 'event' } : { app, user, session, event: id }

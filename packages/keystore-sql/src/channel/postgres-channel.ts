import { WaxsealError } from '@waxseal/core'
import { sql } from 'kysely'
import type { KeyChannel } from './channel.js'

/** What is needed of a client of `pg`: one connection that only listens. */
export interface ListeningClient {
  query(text: string): Promise<unknown>
  on(
    event: 'notification',
    listener: (message: { readonly channel: string; readonly payload?: string | undefined }) => void,
  ): unknown
  on(event: 'error' | 'end', listener: () => void): unknown
  end(): Promise<unknown>
}

export interface PostgresChannelOptions {
  /** A new client of `pg`, connected, with a listener of `error` from the start: the channel adds its own only when it has it. */
  readonly connect: () => Promise<ListeningClient>
  /** Default `waxseal_keys`. */
  readonly channel?: string | undefined
  /** How long to wait before connecting again, in milliseconds. Default 1,000. */
  readonly reconnectMs?: number | undefined
}

/** A notification carries less than 8,000 bytes, a kid at most 64. */
const KIDS_A_MESSAGE = 100

/**
 * LISTEN and NOTIFY: changes of keys reach every process when their transaction commits. A connection that was lost drops all cached keys,
 * and is made again.
 *
 * @example
 * const channel = postgresChannel({
 *   async connect() {
 *     const client = new pg.Client(url)
 *     client.on('error', () => {}) // it may be lost as soon as it is connected
 *     await client.connect()
 *     return client
 *   },
 * })
 */
export function postgresChannel({ connect, channel = 'waxseal_keys', reconnectMs = 1_000 }: PostgresChannelOptions): KeyChannel {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(channel))
    throw new WaxsealError('config', 'channel is a name of at most 63 characters of a-z, 0-9 and _')
  return {
    transactional: true,
    async publish(kids, tx) {
      for (let at = 0; at < kids.length; at += KIDS_A_MESSAGE)
        await sql`select pg_notify(${channel}, ${JSON.stringify(kids.slice(at, at + KIDS_A_MESSAGE))})`.execute(tx!)
    },
    async subscribe(changed) {
      let closed = false
      let client: ListeningClient | undefined
      let timer: ReturnType<typeof setTimeout> | undefined

      async function listen(): Promise<void> {
        const mine = await connect()
        let [listening, over] = [false, false]
        function onLost(): void {
          if (over) return
          over = true
          mine.end().catch(() => {})
          // Before it listened, whoever called knows by the error.
          if (!listening || closed) return
          changed('all')
          again()
        }
        mine.on('error', onLost)
        mine.on('end', onLost)
        mine.on('notification', (message) => {
          if (message.channel === channel) changed(kidsOf(message.payload))
        })
        try {
          await mine.query(`listen ${channel}`)
          if (closed || over) throw new Error('the connection ended before it listened')
        } catch (error) {
          onLost()
          throw error
        }
        listening = true
        client = mine
        // What was told while nobody listened is not known.
        changed('all')
      }

      function again(): void {
        if (closed) return
        // Less or more by a half: processes that lost one server do not come back as one.
        timer = setTimeout(() => listen().catch(again), reconnectMs * (0.5 + Math.random()))
        ;(timer as { unref?: () => void }).unref?.()
      }

      await listen()
      return async () => {
        closed = true
        clearTimeout(timer)
        await client?.end()
      }
    },
  }
}

function kidsOf(payload: string | undefined): readonly string[] | 'all' {
  try {
    const kids: unknown = JSON.parse(payload ?? '')
    return Array.isArray(kids) && kids.every((kid) => typeof kid === 'string') ? kids : 'all'
  } catch {
    return 'all'
  }
}

import { asOutput, isObject, isPoison } from '@waxseal/adapter-kit'
import { type Settled, WaxsealError } from '@waxseal/core'
import { entryKey, keyOf } from '../entry-key.js'
import { besides, type Opened } from '../opened.js'
import { type PageOptions, pageLimit } from '../page.js'
import type { StoreSealOptions } from '../seal-options.js'
import { createValues } from '../values.js'
import type { DeadLetterFields, DeadLetterRow, DeadLetterStore } from './dead-letter-store.js'

/** What could not be done. All but `payload` and `error` is stored in clear: ids, no personal data. */
export interface DeadLetter {
  /** What sort of action it was, as `send_email`. 1 to 64 characters. */
  readonly kind: string
  /** JSON: redacted, then sealed. */
  readonly payload: unknown
  /** What it failed with: an error or JSON. Redacted and sealed with the payload. */
  readonly error?: unknown
  /** How often it was tried. Default 1. */
  readonly attempts?: number | undefined
  /** Default: a random UUID. */
  readonly id?: string | undefined
  readonly namespace?: string | undefined
  readonly tenant?: string | undefined
}

export interface DeadLetterSinkOptions extends StoreSealOptions {
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now?: (() => number) | undefined
}

interface Contents {
  readonly payload: unknown
  /** As JSON; null where there was none. */
  readonly error: unknown
}

/** A dead letter, opened; or with the code of why it did not open. */
export type OpenedLetter = DeadLetterFields & Opened<Contents>

export interface Drained {
  /** Opened, and removed from the store by this call. */
  readonly letters: readonly (DeadLetterFields & Contents)[]
  /** Those that did not open: they are still in the store. */
  readonly unopened: readonly (DeadLetterFields & { readonly unopened: WaxsealError['code'] })[]
}

/** Dead letters whose payloads and errors are redacted and sealed. */
export interface SealedDeadLetterSink {
  readonly name: string
  /** Keeps what could not be done, or throws: then nothing is stored. */
  push(letter: DeadLetter): Promise<DeadLetterFields>
  /**
   * Takes letters out, the oldest first, at most `limit` (default 1,000): each goes to one caller only. What does not open stays and is
   * reported, and holds up no other. What the caller loses then is lost: use `read` and `remove` where that may not be.
   */
  drain(options?: { readonly limit?: number | undefined }): Promise<Drained>
  /** A page of letters, opened; they stay. */
  read(page?: PageOptions): Promise<{ readonly letters: readonly OpenedLetter[]; readonly next: string | null }>
  /** Removes letters by id, and gives the ids that this call removed. Needs no key. */
  remove(ids: readonly string[]): Promise<readonly string[]>
  /** How many there are, those that do not open too. Needs no key. */
  len(): Promise<number>
  isEmpty(): Promise<boolean>
}

const PAGE = 200

const isOpened = (letter: OpenedLetter): letter is DeadLetterFields & Contents => letter.unopened === undefined

/** Letters written by others hold the payload alone. */
const contentsOf = (value: unknown): Contents =>
  isObject(value) && Object.keys(value).sort().join() === 'error,payload' ? (value as never) : { payload: value, error: null }

/** An error as JSON. Half a character, where its text was cut, is no reason to lose the letter. */
const told = (error: unknown): unknown =>
  JSON.parse(JSON.stringify(asOutput(error) ?? null, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value)))

const fieldsOf = (row: DeadLetterFields): DeadLetterFields => Object.freeze({ ...keyOf(row), at: row.at, attempts: row.attempts })

const openedLetter = (row: DeadLetterRow, outcome: Settled<unknown>): OpenedLetter => besides(fieldsOf(row), outcome, contentsOf)

/**
 * Redacts, then seals what a store of dead letters keeps, and opens what it gives back. What cannot be redacted or sealed is not
 * stored; what cannot be opened stays. `config` for options that do not fit.
 *
 * @example
 * const deadLetters = sealedDeadLetterSink(sqlDeadLetterStore({ db, dialect: 'postgres' }), { sealer, app: 'gateway' })
 * await deadLetters.push({ kind: 'send_email', tenant: 'acme', payload: { to: 'ada@example.com' }, error, attempts: 5 })
 * const { letters, unopened } = await deadLetters.drain()
 */
export function sealedDeadLetterSink(inner: DeadLetterStore, options: DeadLetterSinkOptions): SealedDeadLetterSink {
  const { now = Date.now } = options
  if (typeof inner?.push !== 'function') throw new WaxsealError('config', 'a sealed sink needs a store of dead letters')
  const values = createValues(inner.name, options)

  async function read(page: PageOptions) {
    const { rows, next } = await inner.read(page)
    const outcomes = await values.openMany(rows.map((row) => ({ key: keyOf(row), value: row.value })))
    const mayOpenLater = outcomes.some((outcome) => outcome.status === 'rejected' && !isPoison(outcome.reason))
    return { letters: rows.map((row, at) => openedLetter(row, outcomes[at]!)), next, mayOpenLater }
  }

  return Object.freeze<SealedDeadLetterSink>({
    name: inner.name,
    async push({ kind, payload, error, attempts = 1, namespace, tenant, id = crypto.randomUUID() }) {
      if (!Number.isSafeInteger(attempts) || attempts < 0) throw new WaxsealError('config', 'attempts is an integer from 0 on')
      const key = entryKey({ kind, namespace, tenant, id })
      const contents: Contents = {
        payload: await values.redacted(key, payload),
        error: await values.redacted(key, told(error)),
      }
      const row = { ...key, at: now(), attempts, value: await values.seal(key, contents) }
      await inner.push(row)
      return fieldsOf(row)
    },
    async drain({ limit = 1_000 } = {}) {
      pageLimit(limit)
      const letters: (DeadLetterFields & Contents)[] = []
      const unopened: Drained['unopened'][number][] = []
      for (let after: string | undefined; letters.length < limit; ) {
        const page = await read({ after, limit: Math.min(PAGE, limit - letters.length) })
        const opened = page.letters.filter(isOpened)
        for (const letter of page.letters) if (!isOpened(letter)) unopened.push(letter as never)
        const taken = opened.length === 0 ? [] : await inner.remove(opened.map(({ id }) => id))
        const ids = new Set(taken)
        letters.push(...opened.filter(({ id }) => ids.has(id)))
        // In an outage the others would not open either.
        if (page.next === null || page.mayOpenLater) break
        after = page.next
      }
      return { letters, unopened }
    },
    async read(page = {}) {
      const { letters, next } = await read(page)
      return { letters, next }
    },
    remove: (ids) => inner.remove(ids),
    len: () => inner.count(),
    isEmpty: async () => (await inner.count()) === 0,
  })
}

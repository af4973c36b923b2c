import { createInClear, type InClearOptions, isInClear, isObject } from '@waxseal/adapter-kit'
import type { Narrowing } from '@waxseal/adapter-kit/reseal'
import { WaxsealError } from '@waxseal/core'
import { createJobSealing } from '../job-sealing.js'
import type { SealOptions } from '../seal-options.js'
import { hasNoEnvelope, itemOf, nextText, type StoredItem, storedValue } from './item.js'
import { createKeys, indexOf } from './keys.js'
import { isAsked, isCurrent } from './narrowing.js'
import { compare, type Place, placeOfCursor } from './place.js'
import { type RedisCommands, swapField, swapRow } from './redis.js'
import { isEmpty, type Slot, slotsOf } from './slots.js'

export interface BullMQResealOptions extends InClearOptions {
  /** As given to the classes: contexts, scopes and policies are told in one place. */
  readonly seal: SealOptions
  /** A client of ioredis, or what else sends commands. */
  readonly redis: RedisCommands
  /** All queues whose jobs are sealed so, those of the children of flows too. */
  readonly queues: readonly string[]
  /** BullMQ's prefix. Default `bull`. */
  readonly prefix?: string | undefined
  /** In reports, checkpoints and jobs. Default `bullmq`. */
  readonly name?: string | undefined
}

interface PageRequest {
  readonly after: unknown
  readonly until: unknown
  readonly limit: number
  readonly narrow?: Narrowing | undefined
}

interface Range {
  readonly after: Place | undefined
  readonly until: Place | undefined
  readonly limit: number
}

/** A target of `@waxseal/reseal`, by its shape. */
export interface BullMQResealTarget {
  readonly name: string
  page(request: PageRequest): Promise<{ readonly items: StoredItem[]; readonly next: Place | null }>
  replace(changes: readonly { readonly item: StoredItem; readonly next: unknown }[]): Promise<readonly boolean[]>
  split(parts: number): Promise<Place[]>
  isRetryable(error: unknown): boolean
  readonly unscoped: boolean
  /** Until the keys were looked at, and where a queue has keys that are not known here. */
  readonly partial: boolean
}

// Of clients, then of Redis itself.
const PASSING = /^(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EAI_AGAIN)$/
const PASSING_TEXT = /^(Connection is closed|LOADING|BUSY|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|READONLY)\b/

function check({ redis, queues, prefix = 'bull' }: BullMQResealOptions): void {
  const isName = (name: unknown) => typeof name === 'string' && name !== ''
  if (typeof redis?.call !== 'function')
    throw new WaxsealError('config', 'redis must send commands by call(command, ...args), as a client of ioredis does')
  if (!Array.isArray(queues) || queues.length === 0 || !queues.every(isName))
    throw new WaxsealError('config', 'queues is a list of names')
  if (!isName(prefix)) throw new WaxsealError('config', "prefix is BullMQ's prefix of keys")
}

/**
 * Everything that this package stores sealed in the keys of queues, as a target of `@waxseal/reseal`: data, results, progress, errors
 * and logs of jobs in any state, templates of schedulers, what parents keep of their children, and data that waits for a
 * deduplication to end. Events cannot be rewritten: they count for the key that they need until they are trimmed. With
 * `inClear: 'seal'` what is in clear is sealed where it stands. `config` for options that do not fit.
 *
 * @example
 * const jobs = resealTarget({ seal, redis, queues: ['payments'] })
 * const report = await createReseal({ sealer, targets: [jobs] }).run()
 */
export function resealTarget(options: BullMQResealOptions): BullMQResealTarget {
  check(options)
  const { seal, redis, prefix = 'bull' } = options
  const queues = [...new Set(options.queues)]
  const sealing = createJobSealing(seal ?? {})
  const { payloads } = sealing
  const inClear = createInClear(
    {
      isPlain: payloads.isPlain,
      sealStored: (job, surface, stored) =>
        payloads.sealStored(
          job,
          surface,
          surface === 'error' && !isObject(stored) ? { name: 'Error', message: stored, stack: stored } : stored,
        ),
    },
    options,
  )
  const reading = { seal, sealing, inClear }
  const keys = createKeys(redis, prefix, queues)
  const places = queues.map((queue) => `${prefix}:${queue}:`)

  const placeOf = (cursor: unknown): Place | undefined => {
    if (cursor === null) return undefined
    const place = placeOfCursor(cursor)
    if (!places.some((each) => place[0].startsWith(each))) throw new WaxsealError('config', 'a cursor is not of these queues')
    return place
  }

  /** The first slots of a range; fewer than `limit` only where there are no more. */
  async function read({ after, until, limit }: Range, counting: boolean): Promise<Slot[]> {
    const all = await keys.list(after === undefined)
    const slots: Slot[] = []
    for (let from = after ? indexOf(all, after[0]) : 0; slots.length < limit && from < all.length; ) {
      const room = limit - slots.length
      // A job has more than one as a rule.
      const some = all.slice(from, from + Math.ceil(room / 2))
      from += some.length
      const asked = some.filter(({ name, kind }) => (counting || kind !== 'events') && (!until || name <= until[0]))
      if (asked.length === 0 && until) break
      const lists = await Promise.all(asked.map((key) => slotsOf(redis, key, after, room)))
      slots.push(...lists.flat().filter(({ place }) => !until || compare(place, until) <= 0))
    }
    return slots.slice(0, limit)
  }

  /** What may need a key is shown, whatever is found in it; only what is to be moved is chosen from. */
  async function isItem(slot: Slot, narrow: Narrowing | undefined): Promise<boolean> {
    if (isEmpty(slot) || !isAsked(narrow, slot.text)) return false
    const value = storedValue(slot)
    if (hasNoEnvelope(slot) && !(inClear.seals && isInClear(value))) return false
    return (narrow && 'on' in narrow) || inClear.concerns(value)
  }

  async function itemsOf(slots: readonly Slot[], narrow: Narrowing | undefined): Promise<StoredItem[]> {
    const items: StoredItem[] = []
    for (const slot of slots) if (await isItem(slot, narrow)) items.push(itemOf(reading, slot))
    return items.filter(({ sealed }) => !isCurrent(narrow, sealed))
  }

  return {
    name: options.name ?? 'bullmq',
    unscoped: seal.scope === undefined,
    get partial() {
      return keys.more
    },
    isRetryable(error) {
      const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
      return PASSING.test(String(code)) || PASSING_TEXT.test(String(message))
    },
    async page({ limit, narrow, ...request }) {
      const counting = narrow !== undefined && 'on' in narrow && narrow.unknown === true
      const [after, until] = [placeOf(request.after), placeOf(request.until)]
      const slots = await read({ after, until, limit }, counting)
      return { items: await itemsOf(slots, narrow), next: slots.length < limit ? null : slots.at(-1)!.place }
    },
    async replace(changes) {
      const swaps = new Map<string, { readonly slot: Slot; next: string }>()
      const idOf = ({ slot: { place, kind, held } }: StoredItem) =>
        JSON.stringify([place[0], place[1], kind === 'row' ? place[2] : 0, held])
      for (const { item, next } of changes) {
        const swap = swaps.get(idOf(item)) ?? { slot: item.slot, next: item.slot.held }
        swap.next = nextText(swap.next, item, next)
        swaps.set(idOf(item), swap)
      }
      const done = new Map<string, boolean>()
      await Promise.all(
        [...swaps].map(async ([id, { slot, next }]) => {
          const [key, field, at] = slot.place
          if (slot.kind === 'event') return
          done.set(
            id,
            await (slot.kind === 'row'
              ? swapRow(redis, key, at, slot.held, next)
              : swapField(redis, key, field, slot.held, next)),
          )
        }),
      )
      return changes.map(({ item }) => done.get(idOf(item)) ?? false)
    },
    async split(parts) {
      const all = (await keys.list(true)).filter(({ kind }) => kind !== 'events')
      const size = Math.ceil(all.length / parts)
      return all.filter((_, at) => (at + 1) % size === 0 && at + 1 < all.length).map(({ name }): Place => [name])
    },
  }
}

import type { Surface } from '@waxseal/adapter-kit'
import type { StoredKey } from './keys.js'
import { compare, type Place } from './place.js'
import { type RedisCommands, readFields } from './redis.js'

/** The job that a value is of, as far as Redis tells. */
export interface Owner {
  readonly name: string | undefined
  readonly queue: string
  readonly data: unknown
}

/** One text in which something may be sealed. */
export interface Slot {
  readonly place: readonly [key: string, field: string, at: number]
  readonly kind: 'field' | 'line' | 'row' | 'event'
  readonly surface: Surface
  /** All that the field or row holds: what a swap compares. */
  readonly held: string
  /** Of it, what is sealed on its own: the same, or one line of a list of stacks, or an envelope of an event. */
  readonly text: string
  readonly owner: Owner
}

type After = Place | undefined

/** Name and data of a job; neither where there is none under that key, whatever else is. */
async function jobAt(redis: RedisCommands, key: string): Promise<Pick<Owner, 'name' | 'data'>> {
  const [name, data] = await readFields(redis, key, ['name', 'data']).catch((error: unknown) => {
    if (!/^WRONGTYPE\b/.test(String((error as Error | null)?.message))) throw error
    return [null, null]
  })
  return { name: name ?? undefined, data: parsed(data!) }
}

const FIELDS: Readonly<Record<string, Surface>> = {
  data: 'data',
  failedReason: 'error',
  progress: 'progress',
  returnvalue: 'result',
  stacktrace: 'error',
}
const CHILDREN = /:(processed|failed)$/
/** What claims to be an envelope, of whichever version (spec section 8). */
export const ENVELOPES = /wax[1-9][0-9]*\.[^\s"\\]*/g

export function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return undefined
  }
}

function linesOf(text: string): readonly string[] {
  const lines = parsed(text)
  return Array.isArray(lines) ? lines.filter((line) => typeof line === 'string') : []
}

async function fieldsOf(redis: RedisCommands, key: StoredKey): Promise<Slot[]> {
  const names = Object.keys(FIELDS)
  const [name, ...texts] = await readFields(redis, key.name, ['name', ...names])
  const owner = { name: name ?? undefined, queue: key.queue, data: parsed(texts[0]!) }
  return names.flatMap((field, number): Slot[] => {
    const held = texts[number]
    if (typeof held !== 'string') return []
    const slot = { surface: FIELDS[field]!, held, owner }
    if (field !== 'stacktrace') return [{ ...slot, place: [key.name, field, 0], kind: 'field', text: held }]
    return linesOf(held).map((text, at) => ({ ...slot, place: [key.name, field, at], kind: 'line', text }))
  })
}

/** What is copied to a parent of its children, each under the child's key. */
async function childrenOf(redis: RedisCommands, key: StoredKey, after: After, limit: number): Promise<Slot[]> {
  const all = (await redis.call('HKEYS', key.name)) as string[]
  const isBehind = (field: string) => field.includes(':') && (!after || compare([key.name, field, 0], after) > 0)
  const fields = all.filter(isBehind).sort().slice(0, limit)
  if (fields.length === 0) return []
  const texts = await readFields(redis, key.name, fields)
  const surface = key.name.endsWith(':failed') ? 'error' : 'result'
  const prefix = key.name.slice(0, key.name.indexOf(`:${key.queue}:`) + 1)
  const slots = fields.map(async (field, number): Promise<Slot[]> => {
    const held = texts[number]
    if (typeof held !== 'string') return []
    const queue = field.startsWith(prefix) ? field.slice(prefix.length).split(':', 1)[0]! : key.queue
    const owner = { ...(await jobAt(redis, field)), queue }
    return [{ place: [key.name, field, 0], kind: 'field', surface, held, text: held, owner }]
  })
  return (await Promise.all(slots)).flat()
}

/** From the newest on: old rows go first where only some are kept. */
async function rowsOf(redis: RedisCommands, key: StoredKey, after: After, limit: number): Promise<Slot[]> {
  const from = after?.[2] === undefined ? 0 : after[2] + 1
  const [rows, job] = await Promise.all([
    redis.call('LRANGE', key.name, `${-(from + limit)}`, `${-1 - from}`) as Promise<string[]>,
    jobAt(redis, key.name.slice(0, -':logs'.length)),
  ])
  const owner = { ...job, queue: key.queue }
  return rows.reverse().map((text, number) => ({
    place: [key.name, 'logs', from + number],
    kind: 'row',
    surface: 'log',
    held: text,
    text,
    owner,
  }))
}

const padded = (id: string): string => id.replace(/\d+/g, (digits) => digits.padStart(20, '0'))
const unpadded = (id: string): string => id.replace(/0*(\d+)/g, '$1')

/** Every envelope of every event. */
async function eventsOf(redis: RedisCommands, key: StoredKey, after: After, limit: number): Promise<Slot[]> {
  const slots: Slot[] = []
  let from = after?.[1] === undefined ? '-' : unpadded(after[1])
  for (;;) {
    const entries = (await redis.call('XRANGE', key.name, from, '+', 'COUNT', `${limit + 1}`)) as [string, string[]][]
    for (const [id, texts] of entries)
      for (const [at, [text]] of [...texts.join('\n').matchAll(ENVELOPES)].entries()) {
        const place = [key.name, padded(id), at] as const
        if (after && compare(place, after) <= 0) continue
        if (slots.at(-1) && compare(place, slots.at(-1)!.place) <= 0) continue
        const owner = { name: undefined, queue: key.queue, data: undefined }
        slots.push({ place, kind: 'event', surface: 'result', held: text, text, owner })
      }
    const last = entries.at(-1)?.[0]
    if (slots.length >= limit || entries.length <= limit || last === undefined) return slots.slice(0, limit)
    from = last
  }
}

/** The first texts of a key behind a place, in their order. */
export async function slotsOf(redis: RedisCommands, key: StoredKey, after: After, limit: number): Promise<Slot[]> {
  const behind = after && after[0] === key.name ? after : undefined
  if (behind && behind.length === 1) return []
  if (key.kind === 'logs') return rowsOf(redis, key, behind, limit)
  if (key.kind === 'events') return eventsOf(redis, key, behind, limit)
  const lists = await Promise.all([fieldsOf(redis, key), CHILDREN.test(key.name) ? childrenOf(redis, key, behind, limit) : []])
  const slots = lists.flat().filter(({ place }) => !behind || compare(place, behind) > 0)
  return slots.sort((left, right) => compare(left.place, right.place)).slice(0, limit)
}

/** Whether there can be anything in it that is sealed, or that should be. */
export const isEmpty = ({ surface, text }: Slot): boolean =>
  (surface === 'result' && text === 'null') || (surface === 'progress' && text === '0') || (surface !== 'log' && text === '')

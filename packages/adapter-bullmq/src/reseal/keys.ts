import { type RedisCommands, scanKeys } from './redis.js'

export interface StoredKey {
  readonly name: string
  readonly queue: string
  readonly kind: 'hash' | 'logs' | 'events'
}

export interface Keys {
  /** All keys in which something sealed may be, in order. Where `fresh` is not asked for, as they were a short while ago. */
  list(fresh: boolean): Promise<readonly StoredKey[]>
  /** Whether there are keys that are not known here; true until the first list. */
  readonly more: boolean
}

/** A walk through all keys of a server is not made for each page. */
const MAX_AGE_MS = 60_000

/** Keys of BullMQ in which no payload is, by the type that Redis gives them. */
const CLEAR: Readonly<Record<string, RegExp>> = {
  string: /^(id|pc|limiter|stalled-check|de:.*|.*:lock)$/s,
  list: /^(wait|active|paused|metrics:\w+:data)$/,
  set: /^(stalled|.*:dependencies)$/s,
  zset: /^(completed|failed|delayed|prioritized|waiting-children|marker|repeat|.*:unsuccessful)$/s,
}

function kindOf(rest: string, type: string): StoredKey['kind'] | 'clear' | 'unknown' {
  if (type === 'hash') return 'hash'
  if (type === 'list' && rest.endsWith(':logs')) return 'logs'
  if (type === 'stream' && rest === 'events') return 'events'
  return CLEAR[type]?.test(rest) ? 'clear' : 'unknown'
}

const escaped = (text: string): string => text.replace(/[\\*?[\]]/g, '\\$&')
/** What decides where a cluster keeps a key, if the key says so. */
const hashTag = (key: string): string | undefined => /\{([^}]+)\}/.exec(key)?.[1]

/** Where the first key is that does not stand before `name`. */
export function indexOf(keys: readonly StoredKey[], name: string): number {
  let [low, high] = [0, keys.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (keys[middle]!.name < name) low = middle + 1
    else high = middle
  }
  return low
}

export function createKeys(redis: RedisCommands, prefix: string, queues: readonly string[]): Keys {
  const groups = new Map<string | undefined, string[]>()
  for (const queue of queues) {
    const tag = hashTag(`${prefix}:${queue}`)
    groups.set(tag, [...(groups.get(tag) ?? []), queue])
  }
  let more = true
  let taken: { readonly at: number; readonly keys: Promise<readonly StoredKey[]> } | undefined

  async function take(): Promise<readonly StoredKey[]> {
    const keys: StoredKey[] = []
    let unknown = false
    for (const group of groups.values()) {
      const all = group.length > 1 ? `${prefix}:` : `${prefix}:${group[0]}:`
      const found = await scanKeys(redis, `${prefix}:${group[0]}:meta`, `${escaped(all)}*`)
      for (const [name, type] of found) {
        const queue = group.find((each) => name.startsWith(`${prefix}:${each}:`))
        // Between the look at the keys and that at its type it may have gone.
        if (queue === undefined || type === 'none') continue
        const kind = kindOf(name.slice(prefix.length + queue.length + 2), type)
        if (kind === 'unknown') unknown = true
        else if (kind !== 'clear') keys.push({ name, queue, kind })
      }
    }
    more = unknown
    return keys.sort((left, right) => (left.name < right.name ? -1 : 1))
  }

  return {
    get more() {
      return more
    },
    list(fresh) {
      if (!taken || fresh || performance.now() - taken.at > MAX_AGE_MS) {
        const keys = take()
        const mine = { at: performance.now(), keys }
        taken = mine
        keys.catch(() => {
          if (taken === mine) taken = undefined
        })
      }
      return taken.keys
    },
  }
}

import type { Scanned } from './scan.js'

/** Sends one command of Redis and gives its reply. */
export type RedisCommand = (command: string, ...args: string[]) => Promise<unknown>

const KEYS_AT_ONCE = '1000'

/** All that a key holds; streams with their entries, sets and lists with their members. */
const READS: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  string: ['GET'],
  list: ['LRANGE', '0', '-1'],
  set: ['SMEMBERS'],
  zset: ['ZRANGE', '0', '-1'],
  hash: ['HGETALL'],
  stream: ['XRANGE', '-', '+'],
}

type Content = { readonly text: string } | { readonly bytes: Uint8Array }

/** What is in a reply: texts and bytes in lists, maps and objects of whichever client. */
function* contentsOf(reply: unknown): Generator<Content> {
  if (reply === null || reply === undefined) return
  if (typeof reply === 'string') yield { text: reply }
  else if (reply instanceof Uint8Array) yield { bytes: reply }
  else if (typeof reply === 'number' || typeof reply === 'bigint' || typeof reply === 'boolean') yield { text: String(reply) }
  else if (Array.isArray(reply) || reply instanceof Set) for (const each of reply) yield* contentsOf(each)
  else if (typeof reply === 'object') {
    const entries = reply instanceof Map ? reply : Object.entries(reply)
    for (const [name, value] of entries) yield* [...contentsOf(name), ...contentsOf(value)]
  } else throw new Error('a reply of Redis cannot be read')
}

const textOf = (reply: unknown): string => (reply instanceof Uint8Array ? new TextDecoder().decode(reply) : String(reply))

/**
 * Every key of a database of Redis, with all that it holds. `where` is the key's type and name. Throws for what it cannot read, so
 * that nothing is passed over. Replies as bytes (`callBuffer` of ioredis) are needed to look inside compressed values.
 *
 * @example
 * const report = await scan(redisKeys((command, ...args) => redis.call(command, ...args)), Object.values(canaries))
 */
export async function* redisKeys(command: RedisCommand): AsyncGenerator<Scanned> {
  let cursor = '0'
  const seen = new Set<string>()
  do {
    const [next, keys] = (await command('SCAN', cursor, 'COUNT', KEYS_AT_ONCE)) as [unknown, unknown[]]
    cursor = textOf(next)
    for (const key of keys.map(textOf)) {
      if (seen.has(key)) continue
      seen.add(key)
      const type = textOf(await command('TYPE', key))
      // Expired meanwhile.
      if (type === 'none') continue
      const read = READS[type]
      if (!read) throw new Error(`a key of the type ${type} cannot be read`)
      const where = `${type} ${key}`
      yield { where, text: key }
      for (const content of contentsOf(await command(read[0], key, ...read.slice(1)))) yield { where, ...content }
    }
  } while (cursor !== '0')
}

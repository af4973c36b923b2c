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

function* textsOf(reply: unknown): Generator<string> {
  if (reply === null || reply === undefined) return
  if (Array.isArray(reply)) for (const each of reply) yield* textsOf(each)
  else if (typeof reply === 'object') for (const [name, value] of Object.entries(reply)) yield* [name, ...textsOf(value)]
  else yield String(reply)
}

/**
 * Every key of a database of Redis, with all that it holds. `where` is the key's type and name. Throws for a type that it cannot
 * read, so that nothing is passed over.
 *
 * @example
 * const report = await scan(redisKeys((command, ...args) => redis.call(command, ...args)), Object.values(canaries))
 */
export async function* redisKeys(command: RedisCommand): AsyncGenerator<Scanned> {
  let cursor = '0'
  const seen = new Set<string>()
  do {
    const [next, keys] = (await command('SCAN', cursor, 'COUNT', KEYS_AT_ONCE)) as [string, string[]]
    cursor = String(next)
    for (const key of keys) {
      if (seen.has(key)) continue
      seen.add(key)
      const type = String(await command('TYPE', key))
      // Expired meanwhile.
      if (type === 'none') continue
      const read = READS[type]
      if (!read) throw new Error(`a key of the type ${type} cannot be read`)
      const where = `${type} ${key}`
      yield { where, text: key }
      for (const text of textsOf(await command(read[0], key, ...read.slice(1)))) yield { where, text }
    }
  } while (cursor !== '0')
}

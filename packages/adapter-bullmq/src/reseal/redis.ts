/**
 * What sends commands to Redis: a client of ioredis as it is, and of node-redis
 * `{ call: (command, ...args) => client.sendCommand([command, ...args]) }`.
 */
export interface RedisCommands {
  call(command: string, ...args: string[]): Promise<unknown>
}

// In a script a cluster sends SCAN to the node that has the key.
const SCAN = `local page = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])
local found = {page[1]}
for _, key in ipairs(page[2]) do
  found[#found + 1] = key
  found[#found + 1] = redis.call('TYPE', key).ok
end
return found`

const SWAP_FIELD = `if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`

const SWAP_ROW = `local at = ARGV[1]
if redis.call('LINDEX', KEYS[1], at) ~= ARGV[2] then
  at = nil
  for number, row in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
    if row == ARGV[2] then at = number - 1 end
  end
  if not at then return 0 end
end
redis.call('LSET', KEYS[1], at, ARGV[3])
return 1`

const KEYS_PER_STEP = '1000'

const run = (redis: RedisCommands, script: string, key: string, ...args: string[]): Promise<unknown> =>
  redis.call('EVAL', script, '1', key, ...args)

/** Every key that matches, with its type; `near` is a key on the node that is asked. */
export async function scanKeys(redis: RedisCommands, near: string, pattern: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  let cursor = '0'
  do {
    const [next, ...pairs] = (await run(redis, SCAN, near, cursor, pattern, KEYS_PER_STEP)) as string[]
    for (let at = 0; at < pairs.length; at += 2) found.set(pairs[at]!, pairs[at + 1]!)
    cursor = next!
  } while (cursor !== '0')
  return found
}

export const readFields = (redis: RedisCommands, key: string, fields: readonly string[]): Promise<(string | null)[]> =>
  redis.call('HMGET', key, ...fields) as Promise<(string | null)[]>

/** Writes a field of a hash if it still holds exactly what was read. */
export const swapField = async (redis: RedisCommands, key: string, field: string, held: string, next: string) =>
  Number(await run(redis, SWAP_FIELD, key, field, held, next)) === 1

/** Writes a row of a list if it is still there; rows in front of it may have gone meanwhile, and others come behind. */
export const swapRow = async (redis: RedisCommands, key: string, fromEnd: number, held: string, next: string) =>
  Number(await run(redis, SWAP_ROW, key, `${-1 - fromEnd}`, held, next)) === 1

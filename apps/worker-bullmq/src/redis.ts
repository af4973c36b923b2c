import { redisKeys } from '@waxseal/conformance/leak-probe'
import { type Dump, InputError } from '@waxseal/worker'
import { Redis } from 'ioredis'

const DEFAULT_URL = 'redis://127.0.0.1:6379'

/** A URL without what it may hold of credentials. */
const shown = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname === '/' ? '' : pathname}`

/** Connects once, and says in a sentence why it could not. */
export async function connect(url = DEFAULT_URL): Promise<{ redis: Redis; at: string }> {
  const parsed = URL.parse(url)
  if (!parsed || !/^rediss?:$/.test(parsed.protocol) || parsed.host === '')
    throw new InputError('the URL of Redis must look like redis://127.0.0.1:6379')
  const at = shown(parsed)
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null, retryStrategy: () => null })
  let reason = ''
  redis.on('error', ({ message }) => {
    reason ||= message
  })
  try {
    await redis.connect()
    return { redis, at }
  } catch (error) {
    redis.disconnect()
    throw new InputError(
      `no Redis answers at ${at} (${reason || (error as Error).message}): start one there, or name another with --url`,
    )
  }
}

export async function versionOf(redis: Redis): Promise<string> {
  const info = await redis.info('server')
  return /^redis_version:(\S+)/m.exec(info)?.[1] ?? ''
}

/** Every key of the database with all that it holds, whoever it belongs to. */
export const dump = async (redis: Redis): Promise<Dump> => ({
  places: await redis.dbsize(),
  items: redisKeys((command, ...args) => redis.call(command, ...args)),
})

/** Deletes what begins so. */
export async function remove(redis: Redis, prefix: string): Promise<void> {
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1000 }) as AsyncIterable<string[]>)
    if (keys.length > 0) await redis.unlink(keys)
}

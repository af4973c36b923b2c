import { readSecret } from '@waxseal/config'
import { databaseCode } from '../database-code.js'
import { Failure, usage } from '../failure.js'
import { optional } from '../optional.js'

const CONNECT_TIMEOUT_MS = 10_000

/** A client of the Redis behind a reference, once it answers. */
export async function openRedis(reference: string) {
  const { Redis } = await optional('ioredis', () => import('ioredis'))
  const url = readSecret(reference, process.env)
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url)) throw usage(`${reference} holds no URL of Redis: redis:// or rediss://`)
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 3, connectTimeout: CONNECT_TIMEOUT_MS })
  // What it says here, every call says as well.
  let last: unknown
  redis.on('error', (error) => {
    last = error
  })
  const close = async () => redis.disconnect()
  try {
    await redis.connect()
    await redis.ping()
  } catch (error) {
    await close()
    throw new Failure(
      `the Redis of ${reference} does not answer (${databaseCode(last) ?? databaseCode(error) ?? 'no reason given'})`,
    )
  }
  return { redis, close }
}

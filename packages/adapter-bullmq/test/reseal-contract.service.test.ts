import { resealTargetContract } from '@waxseal/conformance/contracts'
import { redisMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { describe, it } from 'vitest'
import { resealTarget } from '../src/reseal.js'
import { realRedis } from './redis.js'
import { rotation } from './rotation.js'

const missing = redisMissing()

describeIf(!missing, missing ?? '')('Redis', () => {
  const redis = realRedis()

  resealTargetContract({
    describe,
    it,
    harness: {
      name: 'BullMQ',
      async create(values) {
        const { client } = redis
        const [queue, other] = [redis.name(), redis.name()]
        const job = (held: unknown) => JSON.stringify({ $sealed: held, $job: 'pay' })
        const line = (held: unknown) => `CardError: [sealed] ${held}`
        /** Every place in which BullMQ keeps something sealed, in keys of their own. */
        const ways = [
          (key: string, held: unknown) => client.hset(key, 'name', 'pay', 'data', job(held)),
          (key: string, held: unknown) => client.hset(key, 'name', 'pay', 'returnvalue', job(held)),
          (key: string, held: unknown) => client.hset(key, 'name', 'pay', 'failedReason', line(held)),
          (key: string, held: unknown) => client.hset(key, 'name', 'pay', 'stacktrace', JSON.stringify([line(held)])),
          (key: string, held: unknown) => client.rpush(`${key}:logs`, String(held)),
          (key: string, held: unknown) => client.hset(`${key}:processed`, `bull:${other}:1`, job(held)),
          (key: string, held: unknown) => client.hset(`${key}:failed`, `bull:${other}:1`, line(held)),
          (key: string, held: unknown) => client.hset(key, 'name', 'pay', 'progress', job(held)),
        ]
        for (const [at, value] of values.entries())
          await ways[at % ways.length]!(`bull:${at % 2 === 0 ? queue : other}:${['', 'repeat:', 'dn:'][at % 3]}${at}`, value)
        const change = async (held: unknown, by?: unknown) => {
          for (const key of await client.keys(`bull:*`)) {
            if ((await client.type(key)) === 'list') {
              if (by === undefined) await client.lrem(key, 0, String(held))
              else if ((await client.lindex(key, 0)) === held) await client.lset(key, 0, String(by))
              continue
            }
            for (const [field, text] of Object.entries(await client.hgetall(key))) {
              if (!text.includes(String(held))) continue
              if (by === undefined) await client.hdel(key, field)
              else await client.hset(key, field, text.replace(String(held), String(by)))
            }
          }
        }
        return {
          target: resealTarget({ seal: { sealer: rotation().during, app: 'shop' }, redis: client, queues: [queue, other] }),
          overwrite: change,
          remove: (held) => change(held),
          close: async () => void (await redis.flush()),
        }
      },
    },
  })
})

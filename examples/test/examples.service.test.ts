import { type DaemonService, redisMissing, startRedis } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, it } from 'vitest'
import { expectPrinted, programs } from './program.js'

const missing = redisMissing()

describeIf(!missing, missing ?? '')('on Redis', () => {
  let redis: DaemonService
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis?.stop())

  it.each(programs('REDIS_URL'))('%s prints what its comments say', (file) =>
    expectPrinted(file, { REDIS_URL: `redis://127.0.0.1:${redis.port}` }),
  )
})

import {
  type DaemonService,
  type DatabaseService,
  postgresMissing,
  redisMissing,
  startPostgres,
  startRedis,
  startTemporal,
  type TemporalService,
  temporalMissing,
} from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, it } from 'vitest'
import { expectPrinted, programs } from './program.js'

const noRedis = redisMissing()
const noPostgres = postgresMissing()
const noTemporal = temporalMissing()

describeIf(!noRedis, noRedis ?? '')('on Redis', () => {
  let redis: DaemonService
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis?.stop())

  it.each(programs('REDIS_URL'))('%s prints what its comments say', (file) =>
    expectPrinted(file, { REDIS_URL: `redis://127.0.0.1:${redis.port}` }),
  )
})

describeIf(!noPostgres, noPostgres ?? '')('on PostgreSQL', () => {
  let postgres: DatabaseService
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres?.stop())

  it.each(programs('DATABASE_URL'))('%s prints what its comments say', (file) => {
    const { user, port, database } = postgres
    expectPrinted(file, { DATABASE_URL: `postgres://${user}@127.0.0.1:${port}/${database}` })
  })
})

describeIf(!noTemporal, noTemporal ?? '')('on Temporal', () => {
  let temporal: TemporalService
  beforeAll(async () => {
    temporal = await startTemporal()
  })
  afterAll(() => temporal?.stop())

  it.each(programs('TEMPORAL_ADDRESS'))('%s prints what its comments say', (file) =>
    expectPrinted(file, { TEMPORAL_ADDRESS: temporal.address }),
  )
})

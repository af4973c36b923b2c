import {
  type DaemonService,
  type DatabaseService,
  motoMissing,
  natsMissing,
  postgresMissing,
  rabbitmqMissing,
  redisMissing,
  type Service,
  startMoto,
  startNats,
  startPostgres,
  startRabbitmq,
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
const noMoto = motoMissing()
const noRabbitmq = rabbitmqMissing()
const noNats = natsMissing()

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

describeIf(!noMoto, noMoto ?? '')('on SQS of moto', () => {
  let moto: Service
  beforeAll(async () => {
    moto = await startMoto()
  })
  afterAll(() => moto?.stop())

  it.each(programs('SQS_URL'))('%s prints what its comments say', (file) =>
    expectPrinted(file, { SQS_URL: moto.url, AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' }),
  )
})

describeIf(!noRabbitmq, noRabbitmq ?? '')('on RabbitMQ', () => {
  let rabbitmq: DaemonService
  beforeAll(async () => {
    rabbitmq = await startRabbitmq()
  })
  afterAll(() => rabbitmq?.stop())

  it.each(programs('AMQP_URL'))('%s prints what its comments say', (file) =>
    expectPrinted(file, { AMQP_URL: `amqp://127.0.0.1:${rabbitmq.port}` }),
  )
})

describeIf(!noNats, noNats ?? '')('on NATS', () => {
  let nats: DaemonService
  beforeAll(async () => {
    nats = await startNats()
  })
  afterAll(() => nats?.stop())

  it.each(programs('NATS_URL'))('%s prints what its comments say', (file) =>
    expectPrinted(file, { NATS_URL: `127.0.0.1:${nats.port}` }),
  )
})

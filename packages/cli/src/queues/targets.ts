import { type QueueConfig, readSecret } from '@waxseal/config'
import type { Sealer } from '@waxseal/core'
import type { ResealTarget } from '@waxseal/reseal'
import { usage } from '../failure.js'
import { optional } from '../optional.js'
import { placeName } from '../places.js'

/** A target, and what ends the connection that it uses. */
interface OpenedQueue {
  readonly target: ResealTarget
  close(): Promise<void>
}

interface Opening {
  readonly sealer: Sealer
  /** Whether jobs in clear are sealed, and not only those that are sealed moved. */
  readonly inClear: boolean
}

const CONNECT_TIMEOUT_MS = 10_000

async function openBullmq(config: Extract<QueueConfig, { kind: 'bullmq' }>, seal: never, inClear: object): Promise<OpenedQueue> {
  const { resealTarget } = await optional('@waxseal/adapter-bullmq', () => import('@waxseal/adapter-bullmq/reseal'))
  const { Redis } = await optional('ioredis', () => import('ioredis'))
  const redis = new Redis(readSecret(config.redis, process.env), { maxRetriesPerRequest: 3, connectTimeout: CONNECT_TIMEOUT_MS })
  redis.on('error', () => undefined)
  const { queues, prefix } = config
  const target = resealTarget({ seal, redis, queues, prefix, name: placeName(config), ...inClear })
  return { target: target as unknown as ResealTarget, close: async () => redis.disconnect() }
}

async function openPool(reference: string) {
  if (reference.startsWith('sqlite:')) throw usage('these queues are in PostgreSQL, not in SQLite')
  const { default: pg } = await optional('pg', () => import('pg'))
  const pool = new pg.Pool({
    connectionString: readSecret(reference, process.env),
    max: 5,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  })
  pool.on('error', () => undefined)
  return pool
}

async function openPgBoss(config: Extract<QueueConfig, { kind: 'pg-boss' }>, seal: never, inClear: object): Promise<OpenedQueue> {
  const { resealTarget } = await optional('@waxseal/adapter-pg-boss', () => import('@waxseal/adapter-pg-boss/reseal'))
  const pool = await openPool(config.database)
  const db = { executeSql: (text: string, values?: unknown[]) => pool.query(text, values) }
  const { schema, queues } = config
  const target = resealTarget({ seal, db, schema, queues, name: placeName(config), ...inClear })
  return { target: target as unknown as ResealTarget, close: () => pool.end() }
}

async function openGraphileWorker(
  config: Extract<QueueConfig, { kind: 'graphile-worker' }>,
  seal: never,
  inClear: object,
): Promise<OpenedQueue> {
  const { resealTarget } = await optional(
    '@waxseal/adapter-graphile-worker',
    () => import('@waxseal/adapter-graphile-worker/reseal'),
  )
  const db = await openPool(config.database)
  const target = resealTarget({ seal, db, schema: config.schema, name: placeName(config), ...inClear })
  return { target: target as unknown as ResealTarget, close: () => db.end() }
}

/** Opens a queue of the configuration as a target. */
export function openQueue(config: QueueConfig, { sealer, inClear }: Opening): Promise<OpenedQueue> {
  // What the adapters take beside these is theirs to check.
  const seal = { ...config.seal, sealer } as never
  const mode = inClear ? { inClear: 'seal' } : {}
  if (config.kind === 'bullmq') return openBullmq(config, seal, mode)
  return config.kind === 'pg-boss' ? openPgBoss(config, seal, mode) : openGraphileWorker(config, seal, mode)
}

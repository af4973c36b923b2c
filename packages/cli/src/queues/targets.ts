import type { QueueConfig } from '@waxseal/config'
import { type Sealer, selectFields } from '@waxseal/core'
import type { ResealTarget } from '@waxseal/reseal'
import { optional } from '../optional.js'
import { placeName } from '../places.js'
import { openPostgres } from './postgres.js'
import { openRedis } from './redis.js'

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

async function openBullmq(config: Extract<QueueConfig, { kind: 'bullmq' }>, seal: never, inClear: object): Promise<OpenedQueue> {
  const { resealTarget } = await optional('@waxseal/adapter-bullmq', () => import('@waxseal/adapter-bullmq/reseal'))
  const { redis, close } = await openRedis(config.redis)
  const { queues, prefix } = config
  const target = resealTarget({ seal, redis, queues, prefix, name: placeName(config), ...inClear })
  return { target: target as unknown as ResealTarget, close }
}

async function openPgBoss(config: Extract<QueueConfig, { kind: 'pg-boss' }>, seal: never, inClear: object): Promise<OpenedQueue> {
  const { resealTarget } = await optional('@waxseal/adapter-pg-boss', () => import('@waxseal/adapter-pg-boss/reseal'))
  const { query, close } = await openPostgres(config.database)
  const { schema, queues } = config
  const target = resealTarget({ seal, db: { executeSql: query }, schema, queues, name: placeName(config), ...inClear })
  return { target: target as unknown as ResealTarget, close }
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
  const { query, close } = await openPostgres(config.database)
  const target = resealTarget({ seal, db: { query }, schema: config.schema, name: placeName(config), ...inClear })
  return { target: target as unknown as ResealTarget, close }
}

/** Opens a queue of the configuration as a target. */
export async function openQueue(config: QueueConfig, { sealer, inClear }: Opening): Promise<OpenedQueue> {
  const { policy } = config.seal
  // As of tables: else it would be said of every job, or where there is none, of nothing.
  if (typeof policy === 'object') await selectFields({}, policy)
  // What the adapters take beside these is theirs to check.
  const seal = { ...config.seal, sealer } as never
  const mode = inClear ? { inClear: 'seal' } : {}
  if (config.kind === 'bullmq') return openBullmq(config, seal, mode)
  return config.kind === 'pg-boss' ? openPgBoss(config, seal, mode) : openGraphileWorker(config, seal, mode)
}

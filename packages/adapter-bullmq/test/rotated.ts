import { createReseal } from '@waxseal/reseal'
import type * as bullmq from 'bullmq'
import { type BullMQResealOptions, resealTarget } from '../src/reseal.js'
import type { SealOptions } from '../src/seal-options.js'
import { classesOf, hosts, type realRedis } from './redis.js'
import { rotation } from './rotation.js'

type Classes = typeof bullmq
export type Bench = Awaited<ReturnType<typeof rotated>>

/** A queue and one for children under the old key, and what a rotation has them replaced by. */
export async function rotated(
  redis: ReturnType<typeof realRedis>,
  version: string,
  settings: Omit<Partial<SealOptions>, 'sealer'> = {},
) {
  await redis.flush()
  const { before, preparing, during, after } = rotation()
  const [name, children] = [redis.name(), redis.name()]
  const { connection } = redis
  const classes = classesOf(version) as unknown as Classes
  const open: { close(): Promise<unknown> }[] = []
  const keep = <Closes extends { close(): Promise<unknown>; on: (event: 'error', listener: () => void) => unknown }>(
    closes: Closes,
  ) => {
    open.push(closes)
    closes.on('error', () => {})
    return closes
  }

  function under(sealer: SealOptions['sealer']) {
    const options = { connection, seal: { app: 'shop', ...settings, sealer } } as bullmq.QueueOptions
    return {
      queue: keep(new classes.Queue(name, options)),
      children: keep(new classes.Queue(children, options)),
      flows: keep(new classes.FlowProducer(options)),
      worker: (queue: string, processor: bullmq.Processor | null, more: Partial<bullmq.WorkerOptions> = {}) =>
        keep(new classes.Worker(queue, processor, { ...options, drainDelay: 1, ...more })),
    }
  }
  const target = (more: Partial<BullMQResealOptions> = {}) =>
    resealTarget({
      seal: { app: 'shop', ...settings, sealer: during },
      redis: redis.client,
      queues: [name, children],
      ...more,
    })
  const { queue, flows, worker } = under(before)
  const plain = keep(new (hosts[version] as unknown as Classes).Queue(name, { connection }))
  return {
    ...{ name, children, queue, flows, worker, plain, target, before, sealer: during },
    /** What still seals under the old key, and opens what others seal. */
    preparing: () => under(preparing),
    /** What reads and writes while the jobs are moved. */
    during: () => under(during),
    /** What has the new key alone. */
    renewed: () => under(after),
    engine: (jobs = target()) => createReseal({ sealer: during, targets: [jobs], pageSize: 3 }),
    trimEvents: async () => {
      for (const each of [name, children]) await redis.client.xtrim(`bull:${each}:events`, 'MAXLEN', 0)
    },
    async close() {
      await Promise.all(open.map((each) => each.close()))
      await redis.flush()
    },
  }
}

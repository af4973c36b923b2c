import { type ContractSeal, type Handler, type QueueUnderTest, queueAdapterContract } from '@waxseal/conformance/contracts'
import { redisKeys } from '@waxseal/conformance/leak-probe'
import { redisMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { describe, it, vi } from 'vitest'
import type { Host, HostJob } from '../src/host.js'
import { classesOf, hosts, realRedis } from './redis.js'

const missing = redisMissing()
const STATES = ['waiting', 'prioritized', 'delayed', 'active', 'waiting-children', 'completed', 'failed']
const OPEN = STATES.slice(0, 5)

type Counting = { getJobCountByTypes(...types: string[]): Promise<number> }
type Closing = { close(force?: boolean): Promise<void> }

describeIf(!missing, missing ?? '')('Redis', () => {
  const redis = realRedis()

  for (const [version, host] of Object.entries(hosts))
    queueAdapterContract({
      describe,
      it,
      harness: {
        name: version,
        async create() {
          const queueName = redis.name()
          const open: Closing[] = []
          let schedulers = 0
          const keep = <Closes extends Closing>(closes: Closes): Closes => {
            open.push(closes)
            ;(closes as unknown as { on(event: string, listener: () => void): void }).on('error', () => {})
            return closes
          }

          function queueOf(classes: Host, seal?: ContractSeal): QueueUnderTest {
            const options = { connection: redis.connection, seal: seal && { ...seal, unreadable: 'show' } }
            const queue = keep(new classes.Queue(queueName, { ...options, defaultJobOptions: { attempts: 2 } }))
            const flows = keep(new classes.FlowProducer(options) as unknown as Closing) as unknown as InstanceType<
              Host['FlowProducer']
            >
            return {
              ways: {
                add: (type, data) => queue.add(type, data),
                addBulk: (type, data) => queue.addBulk([{ name: type, data }]),
                'add with a priority': (type, data) => queue.add(type, data, { priority: 3 }),
                'add with a delay': (type, data) => queue.add(type, data, { delay: 1 }),
                'a flow': (type, data) => flows.add({ name: type, queueName, data, opts: { attempts: 2 } }),
                'flows in bulk': (type, data) => flows.addBulk([{ name: type, queueName, data, opts: { attempts: 2 } }]),
                'a scheduler': (type, data) =>
                  queue.upsertJobScheduler(`s${++schedulers}`, { every: 3_600_000, limit: 1 }, { name: type, data }),
              },
              sendOnce: (type, data, id) => queue.add(type, data, { deduplication: { id } }),
              async work(handler: Handler) {
                const worker = keep(
                  new classes.Worker(
                    queueName,
                    (job: HostJob) =>
                      handler({
                        type: job.name,
                        data: job.data,
                        write: {
                          progress: (text) => job.updateProgress({ text }),
                          log: (text) => job.log(text),
                        },
                      }),
                    { ...options, drainDelay: 1 },
                  ),
                )
                await vi.waitFor(
                  async () => {
                    const left = await (queue as unknown as Counting).getJobCountByTypes(...OPEN)
                    if (left > 0) throw new Error(`${left} jobs are not settled`)
                  },
                  { timeout: 20_000, interval: 50 },
                )
                await worker.close()
              },
              async outcomes() {
                const jobs = await queue.getJobs(STATES)
                return Promise.all(
                  jobs.map(async (job) => {
                    const state = await (job as unknown as { getState(): Promise<string> }).getState()
                    return {
                      type: job!.name,
                      tries: (job as unknown as { attemptsMade: number }).attemptsMade,
                      state: state === 'completed' ? 'done' : state === 'failed' ? 'failed' : 'waiting',
                      ...(state === 'completed' ? { result: job!.returnvalue } : { error: { message: job!.failedReason } }),
                    } as const
                  }),
                )
              },
            }
          }

          const hashes = async () => {
            const found: { key: string; name: string; data: string; opts: string }[] = []
            for (const key of await redis.client.keys(`bull:${queueName}:*`)) {
              if ((await redis.client.type(key)) !== 'hash') continue
              const { name, data, opts, finishedOn, timestamp } = await redis.client.hgetall(key)
              if (name && data && timestamp && !finishedOn) found.push({ key, name, data, opts: opts! })
            }
            return found
          }
          return {
            adapter: (seal) => queueOf(classesOf(version) as unknown as Host, seal),
            host: () => queueOf(host),
            stored: async () => (await hashes()).map(({ data }) => data),
            async alter(change) {
              for (const { key, name, data } of await hashes()) await redis.client.hset(key, 'data', change(data, name))
            },
            keptMs: async () =>
              (await hashes()).map(({ opts }) => {
                const { removeOnComplete: done, removeOnFail: failed } = JSON.parse(opts)
                return done?.age === failed?.age ? done?.age * 1000 : undefined
              }),
            dump: () => redisKeys(redis.command),
            async close() {
              await Promise.all(open.map((each) => each.close()))
              await redis.flush()
            },
          }
        },
      },
    })
})

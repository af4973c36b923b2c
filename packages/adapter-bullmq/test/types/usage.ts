import {
  FlowProducer,
  Job,
  type JobsOptions,
  type Processor,
  Queue,
  QueueEvents,
  QueueEventsProducer,
  type SealOptions,
  UnrecoverableError,
  Worker,
} from '@waxseal/adapter-bullmq'
import * as bullmq from 'bullmq'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Equal<A, B>): void => {}

interface Charge {
  readonly card: string
  readonly amount: number
}
interface Receipt {
  readonly id: string
}
type Name = 'charge' | 'refund'

export async function use(seal: SealOptions, connection: { host: string; port: number }): Promise<unknown> {
  const queue = new Queue<Charge, Receipt, Name>('payments', { connection, seal, defaultJobOptions: { attempts: 3 } })
  const job = await queue.add('charge', { card: '4242', amount: 1 }, { delay: 1 } satisfies JobsOptions)
  same<typeof job.data, Charge>(true)
  same<typeof job.name, Name>(true)
  same<typeof job.returnvalue, Receipt>(true)
  // @ts-expect-error A name that the queue does not take.
  await queue.add('other', { card: '4242', amount: 1 })
  // @ts-expect-error Data that the queue does not take.
  await queue.add('charge', { card: 4242, amount: 1 })
  // @ts-expect-error A sealer is needed.
  new Queue('payments', { connection, seal: { app: 'billing' } })

  const handle: Processor<Charge, Receipt, Name> = async ({ data, name }) => ({ id: `${name} ${data.amount}` })
  const worker = new Worker<Charge, Receipt, Name>('payments', handle, { connection, seal, concurrency: 2 })
  worker.on('completed', (done, result) => {
    same<typeof done.data, Charge>(true)
    same<typeof result, Receipt>(true)
  })
  // @ts-expect-error A worker needs a connection.
  new Worker('payments', handle, { seal })
  new Worker('payments', '/processors/charge.js', { connection, seal })
  new Worker('payments', null, { connection })

  const flows = new FlowProducer({ connection, prefix: 'mine', seal })
  const tree = await flows.add({ name: 'order', queueName: 'orders', children: [{ name: 'pay', queueName: 'payments' }] })
  const events = new QueueEvents('payments', { connection, seal, lastEventId: '0' })
  await new QueueEventsProducer('payments', { connection, seal }).publishEvent({ eventName: 'custom', text: 'x' })
  const receipt: Receipt = await job.waitUntilFinished(events)

  class Payments extends Queue<Charge, Receipt, Name> {
    constructor() {
      super('payments', { connection, seal })
    }
    charge(card: string): Promise<unknown> {
      return this.add('charge', { card, amount: this.jobsOpts.attempts ?? 0 })
    }
  }
  class PaymentsWorker extends Worker<Charge, Receipt, Name> {
    protected override callProcessJob(active: Job<Charge, Receipt, Name>, token: string, signal?: AbortSignal): Promise<Receipt> {
      return super.callProcessJob(active, token, signal)
    }
  }
  const known: unknown = new Payments()
  if (known instanceof Queue) await known.pause()
  if (known instanceof bullmq.Queue) await known.resume()
  const found: Job<Charge, Receipt, Name> | undefined = await Job.fromId<Charge, Receipt, Name>(queue, '1')
  const asHost: bullmq.Queue<Charge, Receipt, Name> = queue
  return [receipt, tree.job, found, asHost, UnrecoverableError, PaymentsWorker]
}

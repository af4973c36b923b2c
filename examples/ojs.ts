import { openExecution, openJob, type SealOptions, sealEnqueue } from '@waxseal/adapter-ojs'
import { createSealer } from '@waxseal/core'
import { envKeys, generateKey } from '@waxseal/keys-env'

interface Job {
  id: string
  type: string
  queue: string
  args: { card: string; amount: number }[]
  meta?: Record<string, unknown>
  result?: unknown
}

type Enqueue = (job: Job, next: (job: Job) => Promise<Job | null>) => Promise<Job | null>
type Execute = (ctx: { job: Job }, next: () => Promise<unknown>) => Promise<unknown>

/** The chains of an OJS client and worker, and a backend, with as much as the example needs. */
const backend: Job[] = []
const client = {
  chain: [] as Enqueue[],
  enqueue(type: string, args: Job['args']): Promise<Job | null> {
    const at = async (i: number, job: Job): Promise<Job | null> =>
      this.chain[i]?.(job, (next) => at(i + 1, next)) ?? backend[backend.push(structuredClone(job)) - 1]!
    return at(0, { id: String(backend.length), type, queue: 'default', args })
  },
}
const worker = {
  chain: [] as Execute[],
  use(_name: string, middleware: Execute): void {
    this.chain.push(middleware)
  },
  async run(handler: (ctx: { job: Job }) => Promise<unknown>): Promise<void> {
    for (const stored of backend) {
      const ctx = { job: structuredClone(stored) }
      const at = async (i: number): Promise<unknown> => this.chain[i]?.(ctx, () => at(i + 1)) ?? handler(ctx)
      stored.result = await at(0)
    }
  },
}
const enqueueMiddleware = { add: (_name: string, middleware: Enqueue) => client.chain.push(middleware) }
const sealer = createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: generateKey() } }) })

// #region ojs
const seal: SealOptions = { sealer, app: 'billing', paths: ['args[0].card'] }
enqueueMiddleware.add('waxseal', sealEnqueue(seal))
worker.use('waxseal', openExecution(seal))

await client.enqueue('payment.charge', [{ card: '4242 4242 4242 4242', amount: 1999 }])
await worker.run(async ({ job }) => {
  console.log(job.args[0]?.card) // 4242 4242 4242 4242
  return { receipt: 'r-1' }
})
// #endregion

console.log(JSON.stringify(backend).includes('4242')) // false
console.log(backend[0]?.args[0]?.amount) // 1999

// #region read
const [stored] = backend
const job = await openJob(stored!, seal)
console.log(job.result) // { receipt: 'r-1' }
// #endregion

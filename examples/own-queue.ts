import { createPayloads, JobError, type SealOptions, type StoredObject, scrubbed } from '@waxseal/adapter-kit'
import { type ContractSeal, type QueueUnderTest, queueAdapterContract } from '@waxseal/conformance/contracts'
import { createCanaries, describeHits, scan } from '@waxseal/conformance/leak-probe'
import { createSealer } from '@waxseal/core'
import { envKeys, generateKey } from '@waxseal/keys-env'

type Handler = (name: string, data: unknown) => Promise<unknown>

interface StoredJob {
  readonly name: string
  data: string
  state: 'waiting' | 'done' | 'failed'
  tries: number
  output: string
}

/** The host: an array of jobs as text. A job is tried twice, unless its error says that it is final. */
function arrayQueue(jobs: StoredJob[] = []) {
  return {
    jobs,
    async add(name: string, data: unknown) {
      jobs.push({ name, data: JSON.stringify(data), state: 'waiting', tries: 0, output: 'null' })
    },
    async work(handler: Handler) {
      for (let job = waiting(); job; job = waiting()) {
        try {
          job.output = JSON.stringify((await handler(job.name, JSON.parse(job.data))) ?? null)
          job.state = 'done'
        } catch (error) {
          const { message, final } = error as Error & { final?: boolean }
          job.output = JSON.stringify(error instanceof JobError ? error : { message })
          if (++job.tries === 2 || final) job.state = 'failed'
        }
      }
    },
    outcomes: async () => jobs.map(({ name, state, output }) => ({ name, state, output: JSON.parse(output) as unknown })),
  }
  function waiting() {
    return jobs.find(({ state }) => state === 'waiting')
  }
}

type ArrayQueue = ReturnType<typeof arrayQueue>

// #region adapter
/** The queue whose jobs, results and errors are sealed before the host has them. Without `seal` it is the host. */
function sealedQueue(host: ArrayQueue, seal?: SealOptions): ArrayQueue {
  if (!seal) return host
  const payloads = createPayloads(seal)

  async function openData(job: { name: string; data: unknown }): Promise<unknown> {
    try {
      return await payloads.openData(job)
    } catch (error) {
      const final = payloads.refuse('data', error)
      throw Object.assign(new JobError(scrubbed(error)), { final })
    }
  }

  return {
    ...host,
    add: async (name, data) => host.add(name, await payloads.sealData({ name, data })),
    work: (handler) =>
      host.work(async (name, stored) => {
        const job = { name, data: stored }
        const data = await openData(job)
        try {
          return await payloads.sealValue(job, 'result', await handler(name, data))
        } catch (error) {
          const record = await payloads.sealError(job, error)
          throw record === error ? error : new JobError(record as StoredObject)
        }
      }),
    async outcomes() {
      const open = async ({ name, state, output }: Awaited<ReturnType<ArrayQueue['outcomes']>>[number]) => {
        if (state === 'done') return { name, state, output: await payloads.openValue({ name }, 'result', output) }
        return { name, state, output: state === 'failed' ? await payloads.openError({ name }, output) : null }
      }
      return Promise.all((await host.outcomes()).map(open))
    },
  }
}
// #endregion

const sealer = createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: generateKey() } }) })

// #region use
const host = arrayQueue()
const queue = sealedQueue(host, { sealer, app: 'shop', policy: { fields: ['/card'] } })
await queue.add('charge', { card: '4242 4242 4242 4242', amount: 1999 })
console.log(Object.keys(JSON.parse(host.jobs[0]!.data)).join()) // card,amount,$wax,$job

await queue.work(async (_, data) => ({ paid: (data as { card: string }).card }))
console.log((await queue.outcomes())[0]?.output) // { paid: '4242 4242 4242 4242' }
// #endregion

// #region probe
const { ascii } = createCanaries()
await queue.add('charge', { card: ascii.value })
await queue.work(async () => {
  throw new Error(`declined: ${ascii.value}`)
})
const { hits } = await scan([{ where: 'the array', text: JSON.stringify(host.jobs) }], [ascii])
console.log(`${describeHits(hits)}${hits.length} hits`) // 0 hits
// #endregion

// In a test file these two come from the test runner.
const tests: (() => Promise<void>)[] = []
const describe = (_name: string, body: () => void) => body()
const it = (_name: string, run: () => Promise<void>) => tests.push(run)

// #region contract
function underTest(queue: ArrayQueue): QueueUnderTest {
  return {
    ways: { add: queue.add },
    work: (handler) => queue.work((type, data) => handler({ type, data })),
    async outcomes() {
      const outcomes = await queue.outcomes()
      return outcomes.map(({ name, state, output }) => ({ type: name, state, result: output, error: output }))
    },
  }
}

/** What one test gets: an empty queue, and ways to look at what it stores and to change it. */
function bench() {
  const host = arrayQueue()
  const waiting = () => host.jobs.filter(({ state }) => state === 'waiting')
  return {
    adapter: (seal?: ContractSeal) => underTest(sealedQueue(host, seal)),
    host: () => underTest(host),
    stored: async () => waiting().map(({ data }) => data),
    async alter(change: (stored: string, type: string) => string) {
      for (const job of waiting()) job.data = change(job.data, job.name)
    },
    dump: () => host.jobs.map((job) => ({ where: 'the array', text: JSON.stringify(job) })),
  }
}

queueAdapterContract({ describe, it, harness: { name: 'my queue', comparesKeys: false, removesJobs: false, create: bench } })
// #endregion

for (const run of tests) await run()
console.log(`${tests.length} tests passed`) // 28 tests passed

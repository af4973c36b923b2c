import { type ContractSeal, type QueueUnderTest, queueAdapterContract } from '@waxseal/conformance/contracts'
import { describe, expect, it } from 'vitest'
import { openExecution, openJob, type SealOptions, sealEnqueue } from '../src/index.js'
import { envelopeBytes, envelopeText } from './envelope-text.js'
import { Backend, Client, type JsonValue, OJSError, type UniquePolicy, Worker } from './host.js'

const nonRetryable = (text: string) => new OJSError(text, 'unreadable', { retryable: false })

/** The contract's data are args[0]. */
function optionsOf({ policy, scope, ...seal }: ContractSeal): SealOptions {
  const paths = policy?.fields?.map((field) => `args[0].${String(field).slice(1)}`)
  return {
    ...seal,
    nonRetryable,
    ...(paths ? { paths } : {}),
    ...(scope ? { scope: ({ name, data }) => scope({ name, data: (data as unknown[])[0] }) } : {}),
  }
}

function queueOf(backend: Backend, seal?: ContractSeal): QueueUnderTest {
  const [client, worker] = [new Client(backend), new Worker(backend)]
  const options = seal && optionsOf(seal)
  if (options) {
    client.middlewares.push(sealEnqueue(options))
    worker.middlewares.push(openExecution(options))
  }
  return {
    ways: {
      enqueue: (type, data) => client.enqueue(type, data as JsonValue),
      enqueueBatch: (type, data) => client.enqueueBatch([{ type, args: data as JsonValue }]),
    },
    async sendOnce(type, data, key) {
      const unique: UniquePolicy = { keys: ['type', 'args'], args_keys: ['key'] }
      await client.enqueue(type, { ...data, key } as JsonValue, { unique }).catch((error) => {
        if (error.code !== 'duplicate') throw error
      })
    },
    work: (handler) => worker.work(({ job }) => handler({ type: job.type, data: job.args[0] })),
    outcomes: () =>
      Promise.all(
        backend.jobs.map(async (job) => {
          const state = job.state === 'completed' ? 'done' : job.state === 'discarded' ? 'failed' : 'waiting'
          const seen = state === 'waiting' || !options ? job : await openJob(job, options).catch(() => job)
          return { type: job.type, state, result: seen.result, error: seen.errors?.at(-1) }
        }),
      ),
  }
}

/** The stored envelopes in their string form, in which the contract knows them. */
const shown = (stored: string) =>
  stored.replace(/"data":"([A-Za-z0-9+/]{40,}=*)"/g, (_, data) => `"data":"${envelopeText(Buffer.from(data, 'base64'))}"`)
const hidden = (text: string) =>
  text.replace(/"data":"(wax1\.[^"]*)"/g, (_, envelope) => `"data":"${Buffer.from(envelopeBytes(envelope)).toString('base64')}"`)

it('the envelopes that the contract damages are those that are stored', () => {
  for (const text of ['wax1.c256.k1~3.QEFC', 'wax1.c256wx.aws~0.AQID.AAAA.QEFC', 'wax1.c20x.k1~300.AAAA.QEFC'])
    expect(envelopeText(envelopeBytes(text))).toBe(text)
})

queueAdapterContract({
  describe,
  it,
  harness: {
    name: 'OJS',
    removesJobs: false,
    create() {
      const backend = new Backend()
      const waiting = () => backend.jobs.filter(({ state }) => state !== 'completed' && state !== 'discarded')
      return {
        adapter: (seal) => queueOf(backend, seal),
        host: () => queueOf(backend),
        stored: async () => waiting().map(({ args }) => shown(JSON.stringify(args[0]))),
        async alter(change) {
          for (const job of waiting()) job.args = [JSON.parse(hidden(change(shown(JSON.stringify(job.args[0])), job.type)))]
        },
        dump: () => backend.jobs.map((job) => ({ where: job.id, text: JSON.stringify(job) })),
      }
    },
  },
})

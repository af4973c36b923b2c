import type { ContractSeal, QueueBench, QueueUnderTest } from '@waxseal/conformance/contracts'
import { createPayloads, JobError, type JobEvent, keptMs, type SealedJob, type StoredObject, scrubbed } from '../src/index.js'

interface StoredJob {
  readonly type: string
  data: string
  state: 'waiting' | 'done' | 'failed'
  tries: number
  output: unknown
  /** Compared while the job waits. */
  readonly key: string | undefined
  readonly keptMs: number | undefined
}

/** What an adapter may do wrong; each is one that the contract is to find. */
export type Fault =
  | 'stores results in clear'
  | 'stores messages of errors'
  | 'keeps details though they are to be scrubbed'
  | 'seals fixed bytes'
  | 'seals a job again when it is tried again'
  | 'opens any type'
  | 'hands on what does not open'
  | 'tries poison again'
  | 'drops poison'
  | 'gives up when the key service is down'
  | 'seals without seal'
  | 'ignores windows'
  | 'ignores write'
  | 'ignores scopes'
  | 'loses a member'
  | 'tells nothing of what it refuses'
  | 'tells of jobs by name'
  | 'tells nothing of what it defers'
  | 'tells nothing of details that it drops'
  | 'fails where a listener does'
  | 'carries contexts though it must not'
  | 'carries no context'
  | 'stores keys as they are given'
  | 'hashes a key differently each time'
  | 'keeps jobs for ever'

/** An array as a host, with an adapter that is right but for the fault. */
export function arrayBench(fault?: Fault): QueueBench {
  let jobs: StoredJob[] = []
  const is = (which: Fault) => fault === which
  const waiting = () => jobs.filter(({ state }) => state === 'waiting')
  function put(type: string, data: unknown, { key, keptMs }: { key?: string; keptMs?: number | undefined } = {}): void {
    if (key !== undefined && waiting().some((job) => job.key === key)) return
    jobs.push({ type, data: JSON.stringify(data), state: 'waiting', tries: 0, output: null, key, keptMs })
  }

  const plain: QueueUnderTest = {
    ways: { add: async (type, data) => put(type, is('seals without seal') ? { $sealed: 'wax1.', data } : data) },
    async work(handler) {
      for (const job of waiting()) {
        await handler({ type: job.type, data: JSON.parse(job.data) })
        job.state = 'done'
      }
    },
    outcomes: async () => jobs.map(({ type, state, tries }) => ({ type, state, tries })),
  }
  const host: QueueUnderTest = { ...plain, ways: { add: async (type, data) => put(type, data) } }

  function sealed(seal: ContractSeal): QueueUnderTest {
    const { scope, plaintext, write, errors, storeContext = true, onEvent, ...rest } = seal
    const withheld = [
      ...(is('tells nothing of what it refuses') ? ['refused'] : []),
      ...(is('tells nothing of what it defers') ? ['deferred'] : []),
      ...(is('tells nothing of details that it drops') ? ['scrubbed'] : []),
    ]
    const tell = (event: JobEvent): void => {
      if (!withheld.includes(event.event)) onEvent?.(is('tells of jobs by name') ? ({ ...event, job: 'pay' } as JobEvent) : event)
    }
    const payloads = createPayloads({
      ...rest,
      ...(scope && !is('ignores scopes') ? { scope } : {}),
      ...(plaintext && !is('ignores windows') ? { plaintext } : {}),
      ...(write && !is('ignores write') ? { write } : {}),
      ...(errors && !is('keeps details though they are to be scrubbed') ? { errors } : {}),
      storeContext: is('carries contexts though it must not') || (storeContext && !is('carries no context')),
      onEvent: tell,
    })
    const typeOf = (type: string) => (is('opens any type') ? 'any' : type)
    let first: unknown

    async function open(job: StoredJob): Promise<unknown> {
      const data = JSON.parse(job.data) as unknown
      try {
        return await payloads.openData({ name: typeOf(job.type), data })
      } catch (error) {
        if (is('hands on what does not open')) return data
        const poison = payloads.refuse('data', error)
        if (is('fails where a listener does')) tell({ event: 'refused', surface: 'data' })
        const final = is('tries poison again') ? false : poison || is('gives up when the key service is down')
        throw Object.assign(new JobError(scrubbed(error)), { final })
      }
    }
    async function settle(job: StoredJob, run: () => Promise<unknown>): Promise<void> {
      try {
        job.output = await run()
        job.state = 'done'
      } catch (error) {
        job.output = error instanceof JobError ? error.toJSON() : { message: (error as Error).message }
        const { final } = error as { final?: boolean }
        if (++job.tries === 2 || final) job.state = 'failed'
        if (final && is('drops poison')) jobs = jobs.filter((other) => other !== job)
      }
    }
    async function add(type: string, data: object, key?: string): Promise<void> {
      const given = is('loses a member') ? Object.fromEntries(Object.entries(data).slice(1)) : data
      const job = { name: typeOf(type), data: given }
      const stored = await payloads.sealData(job)
      first ??= stored
      put(type, is('seals fixed bytes') ? first : stored, {
        ...(key === undefined ? {} : { key: await keyOf(job, key) }),
        keptMs: is('keeps jobs for ever') ? Number.POSITIVE_INFINITY : keptMs(seal.retention),
      })
    }
    async function keyOf(job: SealedJob, key: string): Promise<string> {
      if (is('stores keys as they are given')) return key
      return payloads.dedupKey(job, is('hashes a key differently each time') ? `${key} ${jobs.length}` : key)
    }
    return {
      ways: { add },
      sendOnce: add,
      async work(handler) {
        for (let open_ = waiting(); open_.length > 0; open_ = waiting())
          for (const job of open_)
            await settle(job, async () => {
              const data = await open(job)
              const info = { name: typeOf(job.type), data: JSON.parse(job.data) as unknown }
              if (is('seals a job again when it is tried again'))
                job.data = JSON.stringify(await payloads.sealData({ ...info, data }))
              let result: unknown
              try {
                result = await handler({ type: job.type, data })
              } catch (error) {
                const stored = (await payloads.sealError(info, error)) as StoredObject
                throw new JobError(is('stores messages of errors') ? { ...stored, message: (error as Error).message } : stored)
              }
              return is('stores results in clear') ? result : payloads.sealValue(info, 'result', result ?? null)
            })
      },
      outcomes: () =>
        Promise.all(
          jobs.map(async ({ type, state, output, data }) => {
            const info = { name: typeOf(type), data: JSON.parse(data) as unknown }
            if (state === 'done')
              return {
                type,
                state,
                result: is('stores results in clear') ? output : await payloads.openValue(info, 'result', output),
              }
            return { type, state, error: output === null ? null : await payloads.openError(info, output) }
          }),
        ),
    }
  }

  return {
    adapter: (seal) => (seal ? sealed(seal) : plain),
    host: () => host,
    stored: async () => waiting().map(({ data }) => data),
    keptMs: async () => waiting().map((job) => job.keptMs),
    async alter(change) {
      for (const job of waiting()) job.data = change(job.data, job.type)
    },
    *dump() {
      yield { where: 'the array', text: JSON.stringify(jobs) }
    },
  }
}

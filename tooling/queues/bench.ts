// What sealing costs a queue: `pnpm bench:queues [--json] [--jobs N] [--rounds N] [--only HOST]`.
import { parseArgs } from 'node:util'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { bullmqHost } from './hosts/bullmq.ts'
import { graphileHost } from './hosts/graphile-worker.ts'
import { CONCURRENCY, type Host, type JobData, pieces, type Queue, type Settings, TYPE } from './hosts/host.ts'
import { pgBossHost } from './hosts/pg-boss.ts'

const HANDLER_MS = 5
const CPU_GOAL = 1.2
const THROUGHPUT_GOAL = 0.85

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
  },
})
const [count, rounds] = [Number(values.jobs), Number(values.rounds)]
if (![count, rounds].every((number) => Number.isSafeInteger(number) && number > 0)) {
  console.error('--jobs and --rounds are whole numbers from 1 on')
  process.exit(2)
}

const seal: Settings = { sealer: createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) }), app: 'bench' }
// 1 KiB of JSON.
const job = (n: number): JobData => ({ n, text: 'x'.repeat(1024 - 20 - String(n).length) })
const jobs = Array.from({ length: count }, (_, n) => job(n))

interface Cost {
  readonly seconds: number
  /** Of this process, in microseconds a job. */
  readonly cpu: number
}

async function costOf(run: () => Promise<void>): Promise<Cost> {
  const [begin, before] = [performance.now(), process.cpuUsage()]
  await run()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (performance.now() - begin) / 1000, cpu: (user + system) / count }
}

// A result as small as most are.
const receipt = ({ n }: JobData) => ({ receipt: n })
const pause = (ms: number) => (ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined)

type Seals = readonly ['data' | 'result', unknown]
const call = (surface: Seals[0]) => ({ context: { app: 'bench', job: TYPE, surface }, storeContext: true })
const sealed = (...[surface, value]: Seals): Promise<string> => seal.sealer.seal(value, call(surface))
const opened = (envelope: string): Promise<JobData> => seal.sealer.open<JobData>(envelope, call('data'))

/** How a candidate fills a queue and handles its jobs. */
interface Way {
  readonly settings: Settings | undefined
  add(queue: Queue): Promise<void>
  handle(job: object): Promise<unknown>
}

/** The host's own queue, or with settings the adapter's. */
const whole = (settings: Settings | undefined, handlerMs: number): Way => ({
  settings,
  add: (queue) => queue.add(jobs),
  async handle(job) {
    await pause(handlerMs)
    return handled(job as JobData)
  },
})

/** The host's own queue whose producer seals and whose handler opens: the least that an adapter could do. */
const byHand = ({ keepsResults }: Host): Way => ({
  settings: undefined,
  async add(queue) {
    for (const piece of pieces(jobs, 100))
      await queue.add(await Promise.all(piece.map(async (job) => ({ $sealed: await sealed('data', job), $job: TYPE }))))
  },
  async handle(job) {
    const result = handled(await opened((job as { $sealed: string }).$sealed))
    return keepsResults ? { $sealed: await sealed('result', result), $job: TYPE } : result
  },
})

let turns = 0
const seen = new Set<number>()
const handled = (job: JobData) => {
  seen.add(job.n)
  return receipt(job)
}

/** Adds and handles all jobs on a queue of their own. */
async function turn(host: Host, { settings, add, handle }: Way): Promise<Cost> {
  const queue = await host.queue(`turn_${++turns}`, settings)
  seen.clear()
  try {
    const cost = await costOf(async () => {
      await add(queue)
      await queue.work(handle)
    })
    if (seen.size !== count) throw new Error(`${host.name}: ${seen.size} of ${count} jobs were handled`)
    return cost
  } finally {
    await queue.close()
  }
}

/** The same seals and opens without a queue, as many at once as a worker has. */
async function bare({ keepsResults }: Host): Promise<Cost> {
  const one = async (job: JobData) => {
    const result = receipt(await opened(await sealed('data', job)))
    if (keepsResults) await sealed('result', result)
  }
  return costOf(async () => {
    for (const piece of pieces(jobs, CONCURRENCY)) await Promise.all(piece.map(one))
  })
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!
const rounded = (value: number) => Number(value.toPrecision(3))

interface Line {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly goal: number | null
  readonly ok: boolean
}

async function measured(host: Host): Promise<Line[]> {
  const candidates: Record<string, () => Promise<Cost>> = {
    bare: () => bare(host),
    plain: () => turn(host, whole(undefined, 0)),
    sealed: () => turn(host, whole(seal, 0)),
    'by hand': () => turn(host, byHand(host)),
    'plain, 5 ms': () => turn(host, whole(undefined, HANDLER_MS)),
    'sealed, 5 ms': () => turn(host, whole(seal, HANDLER_MS)),
  }
  const costs = new Map<string, Cost[]>(Object.keys(candidates).map((name) => [name, []]))
  // The first round warms up.
  for (let round = -1; round < rounds; round++)
    for (const [name, run] of Object.entries(candidates)) {
      const cost = await run()
      if (round >= 0) costs.get(name)!.push(cost)
      if (process.stderr.isTTY) process.stderr.write(`\r${host.name}, round ${round + 1} of ${rounds}: ${name}\u001b[K`)
    }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  const of = (name: string, what: keyof Cost) => median(costs.get(name)!.map((cost) => cost[what]))
  const addedBy = (name: string) => median(costs.get(name)!.map(({ cpu }, at) => cpu - costs.get('plain')![at]!.cpu))
  const [added, addedByHand] = [addedBy('sealed'), addedBy('by hand')]
  const cpu = rounded(added / of('bare', 'cpu'))
  const paced = rounded(of('plain, 5 ms', 'seconds') / of('sealed, 5 ms', 'seconds'))
  const plain = (name: string, value: number, unit: string): Line => ({
    name: `${host.name}: ${name}`,
    value,
    unit,
    goal: null,
    ok: true,
  })
  return [
    { ...plain('added CPU a job / bare seals and opens', cpu, 'ratio'), goal: CPU_GOAL, ok: cpu <= CPU_GOAL },
    {
      ...plain('throughput with a 5 ms handler, sealed / plain', paced, 'ratio'),
      goal: THROUGHPUT_GOAL,
      ok: paced >= THROUGHPUT_GOAL,
    },
    plain('throughput saturated, sealed / plain', rounded(of('plain', 'seconds') / of('sealed', 'seconds')), 'ratio'),
    plain('added CPU a job / sealed by hand', rounded(added / addedByHand), 'ratio'),
    plain('added CPU a job', rounded(added), 'µs'),
    plain('added CPU a job, sealed by hand', rounded(addedByHand), 'µs'),
    plain('bare seals and opens, CPU a job', rounded(of('bare', 'cpu')), 'µs'),
    plain('saturated, plain', Math.round(count / of('plain', 'seconds')), 'jobs/s'),
    plain('saturated, sealed', Math.round(count / of('sealed', 'seconds')), 'jobs/s'),
  ]
}

function print(line: Line): void {
  const sign = line.name.includes('throughput') ? 'least' : 'most'
  const verdict = line.goal === null ? '' : ` (goal: at ${sign} ${line.goal}, ${line.ok ? 'met' : 'MISSED'})`
  console.log(values.json ? JSON.stringify(line) : `${line.name}: ${line.value} ${line.unit}${verdict}`)
  if (!line.ok) process.exitCode = 1
}

const starts = { bullmq: bullmqHost, 'pg-boss': pgBossHost, 'graphile-worker': graphileHost }
const chosen = Object.entries(starts).filter(([name]) => values.only === '' || name === values.only)
if (chosen.length === 0) {
  console.error(`--only is one of ${Object.keys(starts).join(', ')}`)
  process.exit(2)
}
for (const [, start] of chosen) {
  const host = await start()
  try {
    // One host after the other: what is measured is told, whatever becomes of the next.
    for (const line of await measured(host)) print(line)
  } finally {
    await host.stop()
  }
}

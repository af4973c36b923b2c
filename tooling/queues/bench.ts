// What sealing costs a queue: `pnpm bench:queues [--json] [--jobs N] [--rounds N] [--only HOST]`.
import { parseArgs } from 'node:util'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { bullmqHost } from './hosts/bullmq.ts'
import { graphileHost } from './hosts/graphile-worker.ts'
import { CONCURRENCY, type Host, type JobData, type Settings, TYPE } from './hosts/host.ts'
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
// 1 KiB of JSON, and a result as small as most are.
const job = (n: number): JobData => ({ n, text: 'x'.repeat(1024 - 20 - String(n).length) })
const jobs = Array.from({ length: count }, (_, n) => job(n))
const result = ({ n }: JobData) => ({ receipt: n })

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

let turns = 0
/** Adds and handles all jobs on a queue of their own. */
async function turn(host: Host, settings: Settings | undefined, handlerMs: number): Promise<Cost> {
  const queue = await host.queue(`turn_${++turns}`, settings)
  const handled = new Set<number>()
  const handler = async (data: JobData) => {
    if (handlerMs > 0) await new Promise((resolve) => setTimeout(resolve, handlerMs))
    handled.add(data.n)
    return result(data)
  }
  try {
    const cost = await costOf(async () => {
      await queue.add(jobs)
      await queue.work(handler)
    })
    if (handled.size !== count) throw new Error(`${host.name}: ${handled.size} of ${count} jobs were handled`)
    return cost
  } finally {
    await queue.close()
  }
}

/** The same seals and opens without a queue, as many at once as a worker has. */
async function bare({ keepsResults }: Host): Promise<Cost> {
  const call = (surface: string) => ({ context: { app: 'bench', job: TYPE, surface }, storeContext: true })
  const one = async (data: JobData) => {
    const opened = await seal.sealer.open<JobData>(await seal.sealer.seal(data, call('data')), call('data'))
    if (keepsResults) await seal.sealer.seal(result(opened), call('result'))
  }
  return costOf(async () => {
    for (let at = 0; at < count; at += CONCURRENCY) await Promise.all(jobs.slice(at, at + CONCURRENCY).map(one))
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
    plain: () => turn(host, undefined, 0),
    sealed: () => turn(host, seal, 0),
    'plain, 5 ms': () => turn(host, undefined, HANDLER_MS),
    'sealed, 5 ms': () => turn(host, seal, HANDLER_MS),
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
  const added = median(costs.get('sealed')!.map(({ cpu }, at) => cpu - costs.get('plain')![at]!.cpu))
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
    plain('added CPU a job', rounded(added), 'µs'),
    plain('bare seals and opens, CPU a job', rounded(of('bare', 'cpu')), 'µs'),
    plain('saturated, plain', Math.round(count / of('plain', 'seconds')), 'jobs/s'),
    plain('saturated, sealed', Math.round(count / of('sealed', 'seconds')), 'jobs/s'),
  ]
}

const starts = { bullmq: bullmqHost, 'pg-boss': pgBossHost, 'graphile-worker': graphileHost }
const chosen = Object.entries(starts).filter(([name]) => values.only === '' || name === values.only)
if (chosen.length === 0) {
  console.error(`--only is one of ${Object.keys(starts).join(', ')}`)
  process.exit(2)
}
const lines: Line[] = []
for (const [, start] of chosen) {
  const host = await start()
  try {
    lines.push(...(await measured(host)))
  } finally {
    await host.stop()
  }
}
for (const line of lines) {
  const sign = line.name.includes('throughput') ? 'least' : 'most'
  const verdict = line.goal === null ? '' : ` (goal: at ${sign} ${line.goal}, ${line.ok ? 'met' : 'MISSED'})`
  console.log(values.json ? JSON.stringify(line) : `${line.name}: ${line.value} ${line.unit}${verdict}`)
}
if (lines.some(({ ok }) => !ok)) process.exitCode = 1

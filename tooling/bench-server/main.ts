// The codec server beside one like that of Temporal's samples, over HTTP on loopback, each in a process of its own:
// `pnpm bench:server [--json] [--rounds N] [--seconds N] [--connections N] [--profile DIR]`.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ClosedResult, Load, OpenResult, Ready, Target, Used } from './messages.ts'
import { type JsonPayload, payloads, toJson } from './payloads.ts'

const RATE_GOAL = 3
const TAIL_GOAL = 5

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '16' },
    profile: { type: 'string' },
  },
})
const [rounds, seconds, connections] = [Number(values.rounds), Number(values.seconds), Number(values.connections)]
if (![rounds, seconds, connections].every((number) => Number.isSafeInteger(number) && number > 0)) {
  console.error('--rounds, --seconds and --connections are whole numbers from 1 on')
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'waxseal-bench-'))
const children: ChildProcess[] = []

function started(file: string, args: readonly string[] = [], profiled = false): ChildProcess {
  const flags = profiled && values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : []
  const child = fork(new URL(file, import.meta.url), [...args], { execArgv: flags })
  children.push(child)
  return child
}

/** What a process sends next; one that ends instead ends the benchmark. */
const answerOf = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    const ended = () => reject(new Error('a process of the benchmark ended too early'))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      resolve(message as T)
    })
  })

interface Server {
  readonly name: string
  readonly process: ChildProcess
  readonly one: Target
  readonly many: Target
}

async function serverOf(name: string, file: string, args: readonly string[] = []): Promise<Server> {
  const child = started(file, args, true)
  const { port, headers, one, many } = await answerOf<Ready>(child)
  const url = `http://127.0.0.1:${port}/decode`
  await checked(name, { url, headers, body: many })
  return { name, process: child, one: { url, headers, body: one }, many: { url, headers, body: many } }
}

/** What is timed has to be right. */
async function checked(name: string, { url, headers, body }: Target): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers, body })
  const { payloads: shown } = (await response.json()) as { payloads: JsonPayload[] }
  const wanted = payloads(shown.length).map(toJson)
  if (response.status !== 200 || JSON.stringify(shown) !== JSON.stringify(wanted))
    throw new Error(`${name} answers something else`)
}

const load = started('load.ts')
async function measured<T>(given: Load): Promise<T> {
  load.send(given)
  return answerOf<T>(load)
}
/** What a server does at its most, and what each call costs of the processors. */
interface Pace {
  readonly perSecond: number
  readonly cpuMicroseconds: number
}

async function used({ process: child }: Server): Promise<number> {
  child.send('used')
  return (await answerOf<Used>(child)).cpuMicroseconds
}

async function paceOf(server: Server, work: Work): Promise<Pace> {
  const before = await used(server)
  const { calls, perSecond } = await measured<ClosedResult>({ kind: 'closed', target: server[work], connections, seconds })
  return { perSecond, cpuMicroseconds: ((await used(server)) - before) / calls }
}

const WORKS = ['many', 'one'] as const
type Work = (typeof WORKS)[number]
const NAMES: Readonly<Record<Work, string>> = { many: '100 payloads of 1 KiB', one: 'one payload of 1 KiB' }

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number
const rounded = (value: number): number => Number(value.toFixed(2))

function print(line: { name: string; value: number; unit: string; goal?: string; ok?: boolean }): void {
  const verdict = line.goal === undefined ? '' : ` (${line.goal}: ${line.ok ? 'met' : 'NOT met'})`
  console.log(values.json ? JSON.stringify(line) : `${line.name}: ${line.value} ${line.unit}${verdict}`)
}

try {
  const servers = [
    await serverOf('sample', 'servers/sample.ts'),
    await serverOf('ours, trail in a file', 'servers/ours.ts', [join(folder, 'audit.jsonl')]),
    await serverOf('ours, trail in memory', 'servers/ours.ts'),
  ]
  const paces = new Map(servers.map((server) => [server, { many: [] as Pace[], one: [] as Pace[] }]))
  for (let round = -1; round < rounds; round++)
    for (const work of WORKS)
      for (const server of servers) {
        const pace = await paceOf(server, work)
        if (round >= 0) paces.get(server)![work].push(pace)
      }

  const [sample] = servers as [Server, ...Server[]]
  const medianOf = (server: Server, work: Work, figure: keyof Pace) =>
    median(paces.get(server)![work].map((pace) => pace[figure]))
  const rateOf = (server: Server, work: Work) => medianOf(server, work, 'perSecond')
  for (const work of WORKS)
    for (const server of servers.slice(1)) {
      const name = `${NAMES[work]}: ${server.name}`
      const ratio = rounded(rateOf(server, work) / rateOf(sample, work))
      const isJudged = work === 'many' && server.name.endsWith('file')
      const judged = isJudged && { goal: `at least ${RATE_GOAL}`, ok: ratio >= RATE_GOAL }
      print({ name: `${name} / sample`, value: ratio, unit: 'ratio', ...judged })
      const cost = medianOf(sample, work, 'cpuMicroseconds') / medianOf(server, work, 'cpuMicroseconds')
      print({ name: `${name}, processor time of sample / ours`, value: rounded(cost), unit: 'ratio' })
    }
  for (const server of servers.toReversed()) {
    const perSecond = rateOf(server, 'one') / 2
    const runs: OpenResult[] = []
    for (let round = 0; round < Math.min(rounds, 5); round++)
      runs.push(await measured<OpenResult>({ kind: 'open', target: server.one, perSecond, seconds: seconds * 2 }))
    const [middle, tail] = [median(runs.map((run) => run.median)), median(runs.map((run) => run.p99))]
    const ratio = rounded(median(runs.map((run) => run.p99 / run.median)))
    const behind = runs.filter((run) => !run.keptUp).length
    const name = `one payload at half the rate: ${server.name}`
    const judged = server.name.endsWith('file') && { goal: `under ${TAIL_GOAL}`, ok: ratio < TAIL_GOAL && behind === 0 }
    print({ name: `${name}, p99 / median`, value: ratio, unit: 'ratio', ...judged })
    print({ name: `${name}, runs that did not keep up`, value: behind, unit: `of ${runs.length}` })
    print({ name: `${name}, median`, value: rounded(middle), unit: 'ms' })
    print({ name: `${name}, p99`, value: rounded(tail), unit: 'ms' })
  }
  for (const work of WORKS)
    for (const server of servers) {
      const name = `${NAMES[work]}: ${server.name}`
      print({ name, value: Math.round(rateOf(server, work)), unit: 'requests/s' })
      print({ name: `${name}, processor time`, value: Math.round(medianOf(server, work, 'cpuMicroseconds')), unit: 'µs/request' })
    }
  if (!values.json)
    console.log(
      `Node ${process.versions.node}, ${cpus().length} cores, load ${loadavg()
        .map((value) => value.toFixed(1))
        .join(' ')}`,
    )
} finally {
  const running = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
  const ended = running.map((child) => once(child, 'exit'))
  for (const child of running) child.disconnect()
  await Promise.all(ended)
  rmSync(folder, { recursive: true, force: true })
}

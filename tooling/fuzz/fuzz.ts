// Mutates valid input of every parser. `pnpm fuzz`: 60 s; `--seconds N` or `--runs N`, `--seed N`, `--target NAME` for a part, `--keep` to write
// what took a new way into the corpus.
// A throw of anything but a typed error, a property that does not hold and an input that takes over five seconds are findings:
// they are printed with what repeats them, and the exit code is 1.
import './sources.ts'
import { parseArgs } from 'node:util'
import { readCorpus, writeCorpus } from './corpus.ts'
import { mutate } from './mutate.ts'
import { wayOf } from './outcome.ts'
import { createRandom } from './random.ts'

const { targets } = await import('./targets/index.ts')
const { isTyped } = await import('./typed-error.ts')

const MAX_FINDINGS = 10
const SLOW_MS = 5000
const BURST = 50

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    runs: { type: 'string', default: 'Infinity' },
    seed: { type: 'string' },
    target: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})
const seconds = Number(values.seconds)
const runs = Number(values.runs)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32))
const chosen = targets.filter(({ name }) => !values.target || name.includes(values.target))
if (!(seconds > 0) || !(runs > 0) || !Number.isInteger(seed) || chosen.length === 0) {
  console.error('usage: fuzz [--seconds N | --runs N] [--seed N] [--target NAME] [--keep]')
  process.exit(2)
}

interface Tally {
  runs: number
  accepted: number
  readonly codes: Set<string>
  /** The ways through the target that were taken. */
  readonly ways: Set<string>
  /** What is mutated: the samples, what was kept, and whatever took a new way. */
  readonly seeds: unknown[]
  /** Of these, what may be kept. */
  readonly found: unknown[]
}

const random = createRandom(seed)
const tallies = new Map<string, Tally>(
  chosen.map(({ name, samples, also = [] }) => [
    name,
    { runs: 0, accepted: 0, codes: new Set<string>(), ways: new Set<string>(), seeds: [...samples, ...also], found: [] },
  ]),
)
let findings = 0

function show(input: unknown): string {
  if (input instanceof Uint8Array) return `bytes ${Buffer.from(input).toString('base64')}`
  return JSON.stringify(input)?.slice(0, 4000) ?? String(input)
}

/** Each is told once: an input that fails in a known way would crowd out the others. */
const reported = new Set<string>()

function report(target: string, input: unknown, problem: unknown): void {
  const way = `${target} ${problem instanceof Error ? `${problem.message} ${wayOf({ error: problem })}` : 'slow'}`
  if (reported.has(way)) return
  reported.add(way)
  findings++
  console.error(`\nFINDING ${findings} in ${target}, seed ${seed}`)
  console.error(problem instanceof Error ? problem.stack : problem)
  console.error(show(input))
}

const bytesOf = (input: unknown): number => (input instanceof Uint8Array ? input.length : (JSON.stringify(input)?.length ?? 0))

async function execute({ name, run, fresh }: (typeof chosen)[number], tally: Tally, input: unknown): Promise<void> {
  const startedAtMs = performance.now()
  tally.runs++
  let way: string | undefined
  try {
    const label = await run(input as never)
    tally.accepted++
    way = wayOf({ bytes: bytesOf(input), label: typeof label === 'string' ? label : undefined })
  } catch (error) {
    if (isTyped(error)) {
      tally.codes.add(error.code)
      way = wayOf({ error })
    } else report(name, input, error)
  }
  const tookMs = performance.now() - startedAtMs
  if (tookMs > SLOW_MS) report(name, input, `took ${Math.round(tookMs)} ms`)
  if (way === undefined || tally.ways.has(way)) return
  tally.ways.add(way)
  tally.seeds.push(input)
  if (!fresh) tally.found.push(input)
}

/** Samples must pass, or nothing behind the first check would ever be reached; then all that earlier runs kept. */
for (const target of chosen) {
  const tally = tallies.get(target.name)!
  for (const sample of target.samples) {
    try {
      await target.run(sample as never)
    } catch (error) {
      report(target.name, sample, error)
    }
  }
  for (const input of readCorpus(target.name)) await execute(target, tally, input)
}

const beganAtMs = performance.now()
const untilMs = beganAtMs + seconds * 1000
let executed = 0
const goesOn = (): boolean => findings < MAX_FINDINGS && executed < runs && (runs < Infinity || performance.now() < untilMs)
while (goesOn())
  for (const target of chosen) {
    const tally = tallies.get(target.name)!
    for (let i = 0; i < BURST && goesOn(); i++, executed++)
      await execute(target, tally, mutate(random.pick(tally.seeds), random.pick(tally.seeds), random))
  }

const tookSeconds = (performance.now() - beganAtMs) / 1000
let total = 0
if (values.keep) for (const [name, { found }] of tallies) writeCorpus(name, found)
console.log('target                        executions  accepted  ways  refused with')
for (const [name, { runs, accepted, ways, codes }] of tallies) {
  total += runs
  console.log(
    `${name.padEnd(28)}${String(runs).padStart(12)}${String(accepted).padStart(10)}${String(ways.size).padStart(6)}  ${[...codes].sort().join(' ')}`,
  )
}
console.log(`\n${total} executions in ${tookSeconds.toFixed(1)} s, seed ${seed}: ${findings} findings`)
process.exitCode = findings > 0 ? 1 : 0

// Mutates valid input of every parser. `pnpm fuzz`: 60 s; `--seconds N`, `--seed N`, `--target NAME` for a part.
// A throw of anything but a WaxsealError, a property that does not hold and an input that takes over five seconds are findings:
// they are printed with what repeats them, and the exit code is 1.
import './sources.ts'
import { parseArgs } from 'node:util'
import { mutate } from './mutate.ts'
import { createRandom } from './random.ts'

const { targets } = await import('./targets.ts')
const { WaxsealError } = await import('../../packages/core/src/errors.ts')

const MAX_FINDINGS = 10
const SLOW_MS = 5000
const BURST = 50

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' }, target: { type: 'string' } },
})
const seconds = Number(values.seconds)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32))
const chosen = targets.filter(({ name }) => !values.target || name.includes(values.target))
if (!(seconds > 0) || !Number.isInteger(seed) || chosen.length === 0) {
  console.error('usage: fuzz [--seconds N] [--seed N] [--target NAME]')
  process.exit(2)
}

interface Tally {
  runs: number
  accepted: number
  readonly codes: Set<string>
}

const random = createRandom(seed)
const tallies = new Map<string, Tally>(chosen.map(({ name }) => [name, { runs: 0, accepted: 0, codes: new Set<string>() }]))
let findings = 0

function show(input: unknown): string {
  if (input instanceof Uint8Array) return `bytes ${Buffer.from(input).toString('base64')}`
  return JSON.stringify(input)?.slice(0, 4000) ?? String(input)
}

function report(target: string, input: unknown, problem: unknown): void {
  findings++
  console.error(`\nFINDING ${findings} in ${target}, seed ${seed}`)
  console.error(problem instanceof Error ? problem.stack : problem)
  console.error(show(input))
}

async function execute({ name, run }: (typeof chosen)[number], tally: Tally, input: unknown): Promise<void> {
  const startedAtMs = performance.now()
  tally.runs++
  try {
    await run(input as never)
    tally.accepted++
  } catch (error) {
    if (WaxsealError.is(error)) tally.codes.add(error.code)
    else report(name, input, error)
  }
  const tookMs = performance.now() - startedAtMs
  if (tookMs > SLOW_MS) report(name, input, `took ${Math.round(tookMs)} ms`)
}

/** Samples must pass, or nothing behind the first check would ever be reached. */
for (const target of chosen)
  for (const sample of target.samples) {
    try {
      await target.run(sample as never)
    } catch (error) {
      if (!WaxsealError.is(error)) report(target.name, sample, error)
    }
  }

const beganAtMs = performance.now()
const untilMs = beganAtMs + seconds * 1000
while (performance.now() < untilMs && findings < MAX_FINDINGS)
  for (const target of chosen) {
    const tally = tallies.get(target.name)!
    for (let i = 0; i < BURST && performance.now() < untilMs && findings < MAX_FINDINGS; i++)
      await execute(target, tally, mutate(random.pick(target.samples), random.pick(target.samples), random))
  }

const tookSeconds = (performance.now() - beganAtMs) / 1000
let total = 0
console.log('target                        executions  accepted  refused with')
for (const [name, { runs, accepted, codes }] of tallies) {
  total += runs
  console.log(`${name.padEnd(28)}${String(runs).padStart(12)}${String(accepted).padStart(10)}  ${[...codes].sort().join(' ')}`)
}
console.log(`\n${total} executions in ${tookSeconds.toFixed(1)} s, seed ${seed}: ${findings} findings`)
process.exitCode = findings > 0 ? 1 : 0

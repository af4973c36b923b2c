// `pnpm test:long`: what takes too long for every change and is run before a release. Names choose some: `pnpm test:long fuzz soak`.
import { pnpm, run, stop } from './steps.mjs'

const RUNS = {
  fuzz: ['run', 'fuzz', '--seconds', '600'],
  soak: ['run', 'soak'],
  'soak:codec': ['run', 'soak:codec'],
  'soak:queues': ['run', 'soak:queues'],
  mutation: ['run', 'mutation'],
}

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !Object.hasOwn(RUNS, name))
if (unknown !== undefined) stop(`There is no long run ${unknown}: there are ${Object.keys(RUNS).join(', ')}.`, 2)

const counts = { passed: 0, failed: 0, skipped: 0 }
for (const [name, command] of Object.entries(RUNS)) {
  if (asked.length > 0 && !asked.includes(name)) {
    counts.skipped++
    continue
  }
  console.log(`== ${name}`)
  const startedAtMs = performance.now()
  const code = await run(...pnpm(...command))
  const minutes = ((performance.now() - startedAtMs) / 60_000).toFixed(1)
  counts[code === 0 ? 'passed' : 'failed']++
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${minutes} min)`)
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exitCode = counts.failed > 0 ? 1 : 0

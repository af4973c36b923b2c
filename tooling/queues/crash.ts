// Jobs whose workers are killed by SIGKILL at random: `pnpm soak:queues [--jobs N] [--only HOST] [--seed N]`. None may be lost, opened
// wrongly, or handled as plaintext.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createCanaries, describeHits, scan } from '@waxseal/conformance/leak-probe'
import { generateKey } from '@waxseal/keys-env'
import { bullmqFleet } from './fleets/bullmq.ts'
import type { Fleet } from './fleets/fleet.ts'
import { graphileFleet } from './fleets/graphile-worker.ts'
import { pgBossFleet } from './fleets/pg-boss.ts'

const WORKERS = 3
const QUIET_MS = 60_000
const [MIN_KILL_MS, MAX_KILL_MS] = [400, 2400]

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '10000' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
  },
})
const count = Number(values.jobs)
if (!(Number.isSafeInteger(count) && count > 0)) {
  console.error('--jobs is a whole number from 1 on')
  process.exit(2)
}

let seed = Number(values.seed) >>> 0
/** From 0 up to 1: the same row of numbers for the same seed. */
function random(): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 2 ** 32
}

const { ascii } = createCanaries('crash')
const secretOf = (n: number) => `${ascii.value} ${n}`

/** What workers wrote down: a line for each job that a handler saw. */
function seenIn(folder: string): Map<number, string[]> {
  const seen = new Map<number, string[]>()
  for (const file of readdirSync(folder))
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      // A worker may be killed in the middle of a line.
      const [, n, secret] = /^(\d+) (.*) \.$/.exec(line) ?? []
      if (n !== undefined) seen.set(Number(n), [...(seen.get(Number(n)) ?? []), secret!])
    }
  return seen
}

async function crash(fleet: Fleet): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'waxseal-crash-'))
  const keys = generateKey()
  const workers = new Map<string, ChildProcess>()
  let started = 0
  let killed = 0
  const start = () => {
    const id = `w${++started}`
    const program = fileURLToPath(new URL('crash-worker.ts', import.meta.url))
    const env = {
      ...process.env,
      WAXSEAL_KEYS: keys,
      SEEN: join(folder, id),
      HOST: fleet.name,
      ADDRESS: fleet.address,
    }
    const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'ignore', 'inherit'] })
    workers.set(id, child)
  }
  try {
    await fleet.add(
      keys,
      Array.from({ length: count }, (_, n) => ({ n, text: secretOf(n) })),
    )
    const leaks = async () => describeHits((await scan(fleet.dump(), [ascii])).hits)
    let leaked = await leaks()
    for (let i = 0; i < WORKERS; i++) start()
    let open = count
    let changed = performance.now()
    while (open > 0 && performance.now() - changed < QUIET_MS) {
      await sleep(MIN_KILL_MS + random() * (MAX_KILL_MS - MIN_KILL_MS))
      const [id, child] = [...workers][Math.floor(random() * workers.size)]!
      child.kill('SIGKILL')
      killed++
      workers.delete(id)
      await fleet.died()
      start()
      const left = await fleet.open()
      if (left !== open) changed = performance.now()
      open = left
      process.stderr.write(`\r${fleet.name}: ${open} of ${count} jobs open, ${killed} workers killed\u001b[K`)
    }
    process.stderr.write('\r\u001b[K')
    leaked ||= await leaks()
    const seen = seenIn(folder)
    const lost = count - seen.size
    const wrong = [...seen].filter(([n, secrets]) => secrets.some((secret) => secret !== secretOf(n))).length
    const twice = [...seen.values()].filter((secrets) => secrets.length > 1).length
    const failed = await fleet.failed()
    const good = open === 0 && lost === 0 && wrong === 0 && failed === 0 && leaked === ''
    console.log(
      `${fleet.name}: ${count} jobs, ${killed} workers killed: ${lost} lost, ${wrong} opened wrongly, ${failed} failed, ${open} open, ` +
        `${twice} handled again after their worker was killed, plaintext in the backend: ${leaked === '' ? 'none' : leaked} - ${good ? 'ok' : 'FAILED'}`,
    )
    return good
  } finally {
    for (const child of workers.values()) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
    await fleet.stop()
  }
}

const starts = { bullmq: bullmqFleet, 'pg-boss': pgBossFleet, 'graphile-worker': graphileFleet }
const chosen = Object.entries(starts).filter(([name]) => values.only === '' || name === values.only)
if (chosen.length === 0) {
  console.error(`--only is one of ${Object.keys(starts).join(', ')}`)
  process.exit(2)
}
let good = true
for (const [, start] of chosen) good = (await crash(await start())) && good
process.exitCode = good ? 0 : 1

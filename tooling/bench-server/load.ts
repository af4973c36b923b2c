// Makes the calls: a process of its own, so that a server has its processor for itself.
import { Pool } from 'undici'
import type { ClosedLoop, ClosedResult, Load, OpenLoop, OpenResult, Target } from './messages.ts'

const MAX_CONNECTIONS = 256
const SOON_MS = 100

const poolOf = ({ url }: Target, connections: number) => new Pool(new URL(url).origin, { connections, pipelining: 1 })

async function call(pool: Pool, { url, headers, body }: Target): Promise<void> {
  const { statusCode, body: answer } = await pool.request({ path: new URL(url).pathname, method: 'POST', headers, body })
  for await (const _ of answer);
  if (statusCode !== 200) throw new Error(`answered ${statusCode}`)
}

async function closed({ target, connections, seconds }: ClosedLoop): Promise<ClosedResult> {
  const pool = poolOf(target, connections)
  const begin = performance.now()
  const end = begin + seconds * 1000
  let calls = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        await call(pool, target)
        calls++
      }
    }),
  )
  const elapsed = performance.now() - begin
  await pool.close()
  return { calls, perSecond: (calls * 1000) / elapsed }
}

async function open({ target, perSecond, seconds }: OpenLoop): Promise<OpenResult> {
  const pool = poolOf(target, MAX_CONNECTIONS)
  await Promise.all(Array.from({ length: 32 }, () => call(pool, target)))
  const count = Math.round(perSecond * seconds)
  const begin = performance.now() + 10
  const calls: Promise<number>[] = []
  while (calls.length < count) {
    const due = begin + (calls.length * 1000) / perSecond
    if (performance.now() < due) {
      // Timers are too coarse: the loop of events goes round until it is time.
      await new Promise((resolve) => setImmediate(resolve))
      continue
    }
    calls.push(call(pool, target).then(() => performance.now() - due))
  }
  const answered = await Promise.all(calls)
  const keptUp = answered.at(-1)! < SOON_MS
  const latencies = answered.sort((a, b) => a - b)
  await pool.close()
  const at = (part: number) => latencies[Math.min(count - 1, Math.floor(count * part))]!
  return { calls: count, median: at(0.5), p99: at(0.99), max: at(1), keptUp }
}

process.on('message', async (load: Load) => {
  process.send!(await (load.kind === 'closed' ? closed(load) : open(load)))
})
process.once('disconnect', () => process.exit())

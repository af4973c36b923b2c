import { Session } from 'node:inspector/promises'
import { PerformanceObserver } from 'node:perf_hooks'
import type { Candidate } from './candidate.ts'
import { suite } from './suite.ts'

export interface Allocations {
  readonly work: string
  readonly by: string
  /** On the JavaScript heap, in bytes an operation. */
  readonly heapBytes: number
  /** Backing stores outside it, in bytes an operation. */
  readonly outsideBytes: number
  /** Objects on the heap an operation. */
  readonly objects: number
}

const MEASURED = /^(seal|open) (32 B|1 KiB|64 KiB|10 fields): (bare|waxseal|sealSync)$/
const WARM_UP_RUNS = 2000
const run = async (candidate: Candidate, times: number): Promise<void> => {
  for (let i = 0; i < times; i++) await candidate.run()
}

/** Bytes: what the heap and the backing stores grew by, in a stretch without any collection. */
async function bytes(candidate: Candidate, runs: number, collect: () => void) {
  let collections = 0
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length
  })
  for (let attempt = 0; attempt < 5; attempt++) {
    // Backing stores are freed beside the program: what was there before must be gone.
    for (let i = 0; i < 2; i++) {
      collect()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    observer.observe({ entryTypes: ['gc'] })
    collections = 0
    const before = process.memoryUsage()
    await run(candidate, runs)
    const after = process.memoryUsage()
    await new Promise((resolve) => setTimeout(resolve, 5))
    observer.disconnect()
    if (collections === 0)
      return {
        heapBytes: (after.heapUsed - before.heapUsed) / runs,
        outsideBytes: (after.arrayBuffers - before.arrayBuffers) / runs,
      }
  }
  throw new Error(`${candidate.work}: ${candidate.by}: no stretch of ${runs} runs without a collection`)
}

/** Objects: every allocation sampled, those included that were collected since. */
async function objects(session: Session, candidate: Candidate, runs: number): Promise<number> {
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 1,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  } as { samplingInterval: number })
  await run(candidate, runs)
  const { profile } = await session.post('HeapProfiler.stopSampling')
  return (profile as typeof profile & { samples: readonly unknown[] }).samples.length / runs
}

export async function allocations(collect: () => void): Promise<Allocations[]> {
  const { candidates } = await suite({
    only: (name) => MEASURED.test(name),
    peers: false,
  })
  const session = new Session()
  session.connect()
  const all: Allocations[] = []
  for (const candidate of candidates) {
    await run(candidate, WARM_UP_RUNS)
    const runs = candidate.work.endsWith('64 KiB') ? 40 : 1000
    const grown = await bytes(candidate, runs, collect)
    all.push({
      work: candidate.work,
      by: candidate.by,
      ...grown,
      objects: await objects(session, candidate, Math.min(runs, 100)),
    })
  }
  session.disconnect()
  return all
}

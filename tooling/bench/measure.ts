import { garbageCollector } from './garbage.ts'
import type { Candidate } from './workloads.ts'

export interface Measured {
  readonly candidate: Candidate
  /** Median over the rounds, for one operation. */
  readonly microseconds: number
}

export interface Pace {
  /** Default 7. */
  readonly rounds?: number
  /** How long each candidate runs in each round, at least. Default 40. */
  readonly turnMs?: number
  /** How long each candidate runs before anything is timed, at least. Default 250. */
  readonly warmUpMs?: number
  /** Processor time of the process, all of its threads, where the runtime tells it: what else the machine does counts little. Default wall time. */
  readonly clock?: 'wall' | 'cpu'
}

declare const process: { cpuUsage?(): { user: number; system: number } } | undefined

function cpuMs(): number {
  const { user, system } = process!.cpuUsage!()
  return (user + system) / 1000
}

function clockOf(clock: Pace['clock']): () => number {
  if (clock === 'cpu')
    try {
      cpuMs()
      return cpuMs
    } catch {
      // This runtime does not tell it.
    }
  return () => performance.now()
}

/** Candidates take turns inside each round, so that whatever slows the machine down slows them all. */
export async function measure(
  candidates: readonly Candidate[],
  { rounds = 7, turnMs = 40, warmUpMs = 250, clock }: Pace = {},
): Promise<Measured[]> {
  // What one candidate left behind is collected before the next one's turn.
  const collectGarbage = await garbageCollector()
  const now = clockOf(clock)
  const turns = candidates.map((candidate) => ({ candidate, batch: 1, long: false, times: [] as number[] }))
  for (const turn of turns) {
    const once = await timed(now, turn.candidate.run, warmUpMs, 1)
    // Batches of about a twentieth of a turn: the clock is read seldom, and a turn ends in time.
    turn.long = once > turnMs
    turn.batch = Math.max(1, Math.round(turnMs / 20 / once))
  }
  for (let round = 0; round < rounds; round++) {
    for (const { candidate, batch, long, times } of turns) {
      collectGarbage()
      if (!long) await timed(now, candidate.run, turnMs / 4, batch)
      times.push(await timed(now, candidate.run, turnMs, batch))
    }
  }
  return turns.map(({ candidate, times }) => ({ candidate, microseconds: (median(times) * 1000) / (candidate.operations ?? 1) }))
}

/** Milliseconds a run, from whole batches that take `forMs` together. Only what is asynchronous is awaited. */
async function timed(now: () => number, run: () => unknown, forMs: number, batch: number): Promise<number> {
  const startedAt = now()
  let runs = 0
  let elapsedMs = 0
  do {
    for (let i = 0; i < batch; i++) {
      const result = run()
      if (result instanceof Promise) await result
    }
    runs += batch
    elapsedMs = now() - startedAt
  } while (elapsedMs < forMs)
  return elapsedMs / runs
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

import { expectThat } from '../expectations.js'
import type { ContractSeal, HandledJob, Handler, Outcome, QueueAdapterHarness, QueueBench, QueueUnderTest } from './harness.js'
import { changingKeys } from './keys.js'

export const APP = 'contract'

/** Equal as JSON, whatever the order of members. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b)
  const [left, right] = [Object.entries(a), Object.entries(b)]
  return (
    Array.isArray(a) === Array.isArray(b) &&
    left.length === right.length &&
    left.every(([name, value]) => Object.hasOwn(b, name) && sameJson(value, (b as Record<string, unknown>)[name]))
  )
}

export const sealOf = (more: Partial<ContractSeal> = {}): ContractSeal => ({
  sealer: changingKeys().sealer,
  app: APP,
  ...more,
})

/** Runs one test on a bench of its own. */
export async function onBench(
  harness: QueueAdapterHarness,
  test: (bench: QueueBench, types: readonly [string, string]) => Promise<void>,
): Promise<void> {
  const bench = await harness.create()
  try {
    await test(bench, harness.types ?? ['pay', 'mail'])
  } finally {
    await bench.close?.()
  }
}

/** Sends one job by the first way. */
export async function send(queue: QueueUnderTest, type: string, data: Record<string, unknown>): Promise<void> {
  await Object.values(queue.ways)[0]!(type, data)
}

/** Works until nothing waits; gives the jobs that were handled, in order. */
export async function handled(queue: QueueUnderTest, handler: Handler = async () => null): Promise<HandledJob[]> {
  const seen: HandledJob[] = []
  await queue.work(async (job) => {
    seen.push(job)
    return handler(job)
  })
  return seen
}

export async function theOutcome(queue: QueueUnderTest): Promise<Outcome> {
  const outcomes = await queue.outcomes()
  expectThat(outcomes.length === 1, `there is one job, not ${outcomes.length}`)
  return outcomes[0]!
}

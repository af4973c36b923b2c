import { expectThat } from '../expectations.js'
import { handled, sameJson, send } from './bench.js'
import type { QueueBench, QueueUnderTest } from './harness.js'

/** As the host tells them: nothing is opened. */
export const storedOutcomes = async (bench: QueueBench) => (await bench.host()).outcomes()

/** The job fails without being tried and is kept; one that is sent after it is handled. */
export async function expectRefused(bench: QueueBench, queue: QueueUnderTest, types: readonly [string, string]): Promise<void> {
  const seen = await handled(queue)
  expectThat(seen.length === 0, 'no handler sees it')
  const kept = (await storedOutcomes(bench)).filter(({ state }) => state === 'failed')
  expectThat(kept.length === 1, 'the job is kept, as failed')
  expectThat((kept[0]!.tries ?? 1) <= 1, 'it is not tried again')
  await send(queue, types[0], { next: true })
  expectThat(sameJson((await handled(queue))[0]?.data, { next: true }), 'the next job is handled')
}

import { expectThat } from '../expectations.js'
import type { Contract } from '../runner.js'
import { handled, onBench, sameJson, sealOf, send } from './bench.js'
import type { QueueAdapterHarness, QueueBench, QueueUnderTest } from './harness.js'
import { changingKeys } from './keys.js'

const ENVELOPE = /wax1\.[A-Za-z0-9_.~-]+/

/** The last characters of an envelope, turned into others. */
const damaged = (stored: string): string =>
  stored.replace(
    ENVELOPE,
    (envelope) => `${envelope.slice(0, -8)}${envelope.slice(-8, -4)}${envelope.at(-4) === 'A' ? 'B' : 'A'}${envelope.slice(-3)}`,
  )

/** What must never reach a handler, and what may later. */
export function refusingCases({ it, harness }: Contract<QueueAdapterHarness>): void {
  /** The job fails without being tried and is kept; one that is sent after it is handled. */
  async function expectRefused(bench: QueueBench, queue: QueueUnderTest, types: readonly [string, string]): Promise<void> {
    const seen = await handled(queue)
    expectThat(seen.length === 0, 'no handler sees it')
    const kept = (await storedOutcomes(bench)).filter(({ state }) => state === 'failed')
    expectThat(kept.length === 1, 'the job is kept, as failed')
    expectThat((kept[0]!.tries ?? 1) <= 1, 'it is not tried again')
    await send(queue, types[0], { next: true })
    expectThat(sameJson((await handled(queue))[0]?.data, { next: true }), 'the next job is handled')
  }

  const tampered: Record<string, (stored: string) => string> = {
    'was damaged': damaged,
    'was cut': (stored) => stored.replace(ENVELOPE, (envelope) => envelope.slice(0, -20)),
    'was replaced by plaintext': () => JSON.stringify({ amount: 1 }),
    'claims to be sealed': (stored) => stored.replace(ENVELOPE, 'wax1.'),
  }
  for (const [what, change] of Object.entries(tampered))
    it(`refuses for good a job whose data ${what}`, () =>
      onBench(harness, async (bench, types) => {
        const queue = await bench.adapter(sealOf())
        await send(queue, types[0], { amount: 1999 })
        await bench.alter(change)
        await expectRefused(bench, queue, types)
      }))

  it('refuses for good the data of a job of another type', () =>
    onBench(harness, async (bench, types) => {
      const queue = await bench.adapter(sealOf())
      await send(queue, types[1], { amount: 1999 })
      const [theirs] = await bench.stored()
      await handled(queue)
      const before = (await queue.outcomes()).length
      await send(queue, types[0], { amount: 1 })
      await bench.alter((stored) => stored.replace(ENVELOPE, ENVELOPE.exec(theirs!)![0]))
      expectThat((await handled(queue)).length === 0, 'no handler sees it')
      const failed = (await storedOutcomes(bench)).filter(({ state }) => state === 'failed')
      expectThat(failed.length === 1 && before <= 1, 'the job is kept, as failed')
    }))

  it('refuses for good a job of another application', () =>
    onBench(harness, async (bench, types) => {
      const seal = sealOf()
      await send(await bench.adapter({ ...seal, app: 'another' }), types[0], { amount: 1 })
      await expectRefused(bench, await bench.adapter(seal), types)
    }))

  it('tries a job again that could not be opened because a key service is down', () =>
    onBench(harness, async (bench, [type]) => {
      const keys = changingKeys()
      const queue = await bench.adapter(sealOf({ sealer: keys.sealer }))
      await send(queue, type, { amount: 1999 })
      keys.fail(1)
      const seen = await handled(queue)
      expectThat(seen.length === 1 && sameJson(seen[0]!.data, { amount: 1999 }), 'it is handled once, when the service is back')
    }))
}

/** As the host tells them: nothing is opened. */
const storedOutcomes = async (bench: QueueBench) => (await bench.host()).outcomes()

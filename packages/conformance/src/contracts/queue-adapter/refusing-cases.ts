import { expectThat } from '../expectations.js'
import type { Contract } from '../runner.js'
import { handled, onBench, sameJson, sealOf, send } from './bench.js'
import { damaged, ENVELOPE } from './envelope.js'
import type { QueueAdapterHarness } from './harness.js'
import { changingKeys } from './keys.js'
import { expectRefused, storedOutcomes } from './refusal.js'

/** What must never reach a handler, and what may later. */
export function refusingCases({ it, harness }: Contract<QueueAdapterHarness>): void {
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

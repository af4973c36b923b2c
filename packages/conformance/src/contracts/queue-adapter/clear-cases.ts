import { createDedupKey, generateKey, retention, type Sealer, staticKeys } from '@waxseal/core'
import { createCanaries } from '../../leak-probe/canaries.js'
import { describeHits, scan } from '../../leak-probe/scan.js'
import { expectThat } from '../expectations.js'
import type { Contract } from '../runner.js'
import { handled, onBench, sameJson, sealOf, send } from './bench.js'
import { ENVELOPE } from './envelope.js'
import type { QueueAdapterHarness, QueueBench } from './harness.js'

const DAY_MS = 86_400_000

/** The applications that stored envelopes name in clear; undefined of those that name none. */
async function appsIn(bench: QueueBench, { inspect }: Sealer): Promise<(string | undefined)[]> {
  const envelopesIn = (text: string): readonly string[] => text.match(new RegExp(ENVELOPE, 'g')) ?? []
  const found: (string | Uint8Array)[] = (await bench.stored()).flatMap(envelopesIn)
  for await (const item of bench.dump()) found.push(...('text' in item ? envelopesIn(item.text) : [item.bytes]))
  return found.flatMap((envelope) => {
    try {
      return [inspect(envelope).context?.app]
    } catch {
      // A dump shows other things too, and some by halves.
      return []
    }
  })
}

/** What stands beside envelopes in clear, for the host to work on and for dashboards: contexts, keys, times. */
export function clearCases({ it, harness }: Contract<QueueAdapterHarness>): void {
  // Applications of their own: a backend may show what other tests left there.
  for (const [what, storeContext, app] of [
    ['carries contexts for dashboards', true, 'contract-shown'],
    ['carries no context where it is told not to', false, 'contract-hidden'],
  ] as const)
    it(what, () =>
      onBench(harness, async (bench, [type, other]) => {
        const seal = sealOf({ storeContext, app })
        const queue = await bench.adapter(seal)
        await send(queue, type, { n: 1 })
        await send(queue, other, { n: 2 })
        const waiting = await appsIn(bench, seal.sealer)
        expectThat(waiting.length >= 2, 'the jobs that wait are sealed')
        const seen = await handled(queue, async (job) => {
          if (job.type === other) throw new Error('no card')
          return { paid: true }
        })
        expectThat(
          seen.some(({ data }) => sameJson(data, { n: 1 })),
          'jobs open all the same',
        )
        const named = [waiting, await appsIn(bench, seal.sealer)].map((apps) => apps.filter((each) => each === app).length)
        if (storeContext) expectThat(named[0]! >= 2, 'envelopes of jobs that wait name their application')
        else expectThat(named.join() === '0,0', 'no envelope names its application')
      }),
    )

  if (harness.comparesKeys !== false)
    it('has the host compare keyed hashes, which are the same for every producer, and stores no key', () =>
      onBench(harness, async (bench, [type]) => {
        const { ascii, digits } = createCanaries()
        const dedup = createDedupKey({ keys: staticKeys([{ kid: 'dedup', key: generateKey() }]), key: { kid: 'dedup' } })
        const [one, two] = [await bench.adapter(sealOf({ dedup })), await bench.adapter(sealOf({ dedup }))]
        expectThat(
          one.sendOnce !== undefined && two.sendOnce !== undefined,
          'the bench has sendOnce, or the harness says comparesKeys: false',
        )
        await one.sendOnce(type, { n: 1 }, ascii.value)
        await one.sendOnce(type, { n: 1 }, ascii.value)
        await two.sendOnce(type, { n: 1 }, ascii.value)
        await two.sendOnce(type, { n: 2 }, digits.value)
        const { length } = await bench.stored()
        expectThat(length === 2, `equal keys are one job and others are others: there are ${length} jobs, not 2`)
        const { hits } = await scan(bench.dump(), [ascii, digits], { inflate: true })
        expectThat(hits.length === 0, `the keys are nowhere:\n${describeHits(hits)}`)
      }))

  if (harness.removesJobs !== false)
    it('tells the host how long to keep each job, whichever way it came', () =>
      onBench(harness, async (bench, [type]) => {
        expectThat(bench.keptMs !== undefined, 'the bench has keptMs, or the harness says removesJobs: false')
        const queue = await bench.adapter(sealOf({ retention: retention.deleteAfter({ days: 1 }) }))
        for (const add of Object.values(queue.ways)) await add(type, { n: 1 })
        const kept = await bench.keptMs()
        expectThat(kept.length > 0 && kept.every((ms) => ms === DAY_MS), `jobs are kept for a day, not for ${kept.join()} ms`)
      }))
}

import { createCanaries } from '../../leak-probe/canaries.js'
import { describeHits, scan } from '../../leak-probe/scan.js'
import { expectThat } from '../expectations.js'
import type { Contract } from '../runner.js'
import { handled, onBench, sealOf, send } from './bench.js'
import { damaged } from './envelope.js'
import type { QueueAdapterHarness, ToldEvent } from './harness.js'
import { changingKeys } from './keys.js'
import { expectRefused } from './refusal.js'

/** What `onEvent` is told, and that nobody has to be told anything. */
export function tellingCases({ it, harness }: Contract<QueueAdapterHarness>): void {
  /** Events without anything of a job in them: an event, a surface, a code. */
  function expectTold(told: readonly ToldEvent[], event: ToldEvent['event'], surface: string, codes: readonly string[]): void {
    const text = JSON.stringify(told)
    expectThat(told.length > 0, `onEvent is told of what is ${event}`)
    expectThat(
      told.every((each) => each.event === event && each.surface === surface && codes.includes(each.code ?? '')),
      `onEvent is told ${event} of ${surface} and of nothing else: ${text}`,
    )
    expectThat(
      told.every((each) => Object.keys(each).every((name) => ['event', 'surface', 'code'].includes(name))),
      `onEvent is told an event, a surface and a code alone: ${text}`,
    )
  }

  it('tells once of a job that never opens, and nothing of what it holds', () =>
    onBench(harness, async (bench, [type]) => {
      const told: ToldEvent[] = []
      const queue = await bench.adapter(sealOf({ onEvent: (event) => void told.push(event) }))
      await send(queue, type, { amount: 1999 })
      await bench.alter(damaged)
      await handled(queue)
      expectTold(told, 'refused', 'data', ['open_failed', 'malformed'])
      expectThat(told.length === 1, `onEvent is told once, not ${told.length} times`)
    }))

  it('tells once for each try of a job that may open later', () =>
    onBench(harness, async (bench, [type]) => {
      const told: ToldEvent[] = []
      const keys = changingKeys()
      const queue = await bench.adapter(sealOf({ sealer: keys.sealer, onEvent: (event) => void told.push(event) }))
      await send(queue, type, { amount: 1999 })
      keys.fail(1)
      expectThat((await handled(queue)).length === 1, 'the job is handled when the service is back')
      expectTold(told, 'deferred', 'data', ['provider_unavailable'])
      expectThat(told.length === 1, `onEvent is told once, not ${told.length} times`)
    }))

  it('drops the details of an error that cannot be sealed, and tells so', () =>
    onBench(harness, async (bench, [type]) => {
      const told: ToldEvent[] = []
      const keys = changingKeys()
      const { ascii } = createCanaries()
      const queue = await bench.adapter(sealOf({ sealer: keys.sealer, onEvent: (event) => void told.push(event) }))
      await send(queue, type, {})
      await handled(queue, async () => {
        keys.failSealing(true)
        throw new Error(ascii.value)
      })
      const { hits } = await scan(bench.dump(), [ascii], { inflate: true })
      expectThat(hits.length === 0, `the details are nowhere:\n${describeHits(hits)}`)
      expectTold(told, 'scrubbed', 'error', ['provider_unavailable'])
    }))

  it('refuses as ever where onEvent throws', () =>
    onBench(harness, async (bench, types) => {
      const onEvent = () => {
        throw new Error('a listener that fails')
      }
      const queue = await bench.adapter(sealOf({ onEvent }))
      await send(queue, types[0], { amount: 1999 })
      await bench.alter(damaged)
      await expectRefused(bench, queue, types)
    }))
}

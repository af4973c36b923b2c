import { createCanaries } from '../../leak-probe/canaries.js'
import { describeHits, scan } from '../../leak-probe/scan.js'
import { expectThat } from '../expectations.js'
import type { Contract } from '../runner.js'
import { handled, onBench, sameJson, sealOf, send, theOutcome } from './bench.js'
import type { ContractSeal, QueueAdapterHarness, QueueBench, QueueUnderTest } from './harness.js'

const VALUES: Record<string, unknown>[] = [
  { amount: 1999, card: '4242 4242 4242 4242', vip: true, note: null },
  { deep: [{ list: [1, -0.5, 1e21, 'ü 北京 🔑', [], {}] }], '': '', 'a/b~c': '"\\\n' },
  {},
]

/** What a handler gets, what comes of it, and what the backend sees of all that. */
export function carryingCases({ it, harness }: Contract<QueueAdapterHarness>): void {
  it('hands every value to the handler as it was given, whichever way it came', () =>
    onBench(harness, async (bench, [type]) => {
      const queue = await bench.adapter(sealOf())
      for (const [way, add] of Object.entries(queue.ways))
        for (const value of VALUES) {
          await add(type, value)
          const [job, ...more] = await handled(queue)
          expectThat(job !== undefined && more.length === 0, `${way}: the job is handled once`)
          expectThat(job.type === type && sameJson(job.data, value), `${way}: the handler gets what was given`)
        }
    }))

  it('seals equal data differently each time', () =>
    onBench(harness, async (bench, [type]) => {
      const queue = await bench.adapter(sealOf())
      for (let i = 0; i < 3; i++) await send(queue, type, { same: 'data' })
      const stored = await bench.stored()
      expectThat(stored.length === 3 && new Set(stored).size === 3, 'equal jobs cannot be told from what is stored')
    }))

  it('gives results and errors to whoever has the key', () =>
    onBench(harness, async (bench, [type, other]) => {
      const queue = await bench.adapter(sealOf())
      await send(queue, type, { n: 1 })
      await send(queue, other, { n: 2 })
      await handled(queue, async (job) => {
        if (job.type === other) throw Object.assign(new Error('no card'), { reason: 'declined' })
        return { receipt: 'r-1', lines: [1, null] }
      })
      const outcomes = await queue.outcomes()
      const [done, failed] = [outcomes.find((each) => each.state === 'done'), outcomes.find((each) => each.state === 'failed')]
      if (harness.keepsResults !== false)
        expectThat(sameJson(done?.result, { receipt: 'r-1', lines: [1, null] }), 'a result is read as it was returned')
      expectThat(failed?.type === other, 'a job whose handler throws fails')
      const { message } = failed.error as { readonly message?: unknown }
      expectThat(message === 'no card', 'an error is read with its message')
    }))

  it('keeps no details of errors where they are scrubbed', () =>
    onBench(harness, async (bench, [type]) => {
      const { ascii } = createCanaries()
      const queue = await bench.adapter(sealOf({ errors: 'scrub' }))
      await send(queue, type, {})
      await handled(queue, () => Promise.reject(new TypeError(ascii.value)))
      expectThat(
        !JSON.stringify(await theOutcome(queue)).includes(ascii.value),
        'the message is gone, for whoever has the key too',
      )
    }))

  it('hands the same data to a handler that is tried again, and seals it once', () =>
    onBench(harness, async (bench, [type]) => {
      const queue = await bench.adapter(sealOf())
      await send(queue, type, { n: 1 })
      const before = await bench.stored()
      const seen: unknown[] = []
      let after: readonly string[] = []
      await handled(queue, async ({ data }) => {
        seen.push(data)
        if (seen.length > 1) return null
        after = await bench.stored()
        throw new Error('once')
      })
      expectThat(seen.length === 2 && seen.every((data) => sameJson(data, { n: 1 })), 'both tries see the same')
      expectThat(
        before.length === 1 && [...after, before[0]!].every((text) => text === before[0]),
        'what is stored stays as it is',
      )
    }))

  for (const [name, seal] of Object.entries({
    'whole payloads': {},
    'the fields of a policy': { policy: { fields: ['/secret'] } },
    'whole payloads, with errors scrubbed': { errors: 'scrub' },
  } satisfies Record<string, Partial<ContractSeal>>))
    it(`leaves no plaintext anywhere in the backend: ${name}`, () =>
      onBench(harness, (bench, types) => expectNoLeak(bench, types, seal)))

  it('would be found out if it stored plaintext', () =>
    onBench(harness, async (bench, [type]) => {
      const canaries = createCanaries('planted')
      const host = await bench.host()
      await send(host, type, { note: canaries.ascii.value })
      const { hits } = await scan(bench.dump(), Object.values(canaries))
      expectThat(
        hits.some(({ id }) => id === canaries.ascii.id),
        'the dump shows what the host itself stores',
      )
    }))
}

async function expectNoLeak(bench: QueueBench, [type, other]: readonly [string, string], seal: Partial<ContractSeal>) {
  const canaries = createCanaries()
  const needles = Object.values(canaries)
  const whole = needles.map(({ value }) => value).join(' ')
  const secret = {
    ...Object.fromEntries(needles.map(({ id, value }) => [id, value])),
    deep: [{ list: needles.map(({ value }) => value) }, JSON.stringify({ whole })],
  }
  const queue: QueueUnderTest = await bench.adapter(sealOf(seal))
  const looked = async (when: string): Promise<void> => {
    const { hits, items } = await scan(bench.dump(), needles, { inflate: true })
    expectThat(hits.length === 0, `plaintext was found ${when}:\n${describeHits(hits)}`)
    expectThat(items > 0, `there is something to look into ${when}`)
  }
  for (const add of Object.values(queue.ways)) {
    await add(type, { secret })
    await add(other, { secret })
  }
  await looked('while jobs wait')
  let inside = 0
  await handled(queue, async (job) => {
    for (const write of Object.values(job.write ?? {})) await write(whole)
    if (inside++ < 2) await looked('while a handler runs')
    if (job.type === type) return { secret, whole }
    const cause = new AggregateError([new Error(whole)], whole, { cause: Object.assign(new TypeError(whole), { secret }) })
    throw Object.assign(new RangeError(whole, { cause }), { name: canaries.ascii.value, secret, code: canaries.digits.value })
  })
  expectThat(inside >= 2, 'jobs are handled')
  await looked('when all is done')
}

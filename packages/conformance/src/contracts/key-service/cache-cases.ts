import { createSealer } from '@waxseal/core'
import { eventually, expectThat } from '../expectations.js'
import { type Cases, fails } from './cases.js'

/** Data keys at hand: they spare requests, and end when they must. */
export function cacheCases({ it, harness, using }: Cases): void {
  it('a denial ends the keys at hand when their age does, and no old one stands in', () =>
    using(
      async (bench) => {
        const place = { context: { app: 'contract' } }
        const sealer = createSealer({ keys: bench.provider })
        const sealed = await sealer.seal('letter', place)
        await sealer.open(sealed, place)
        bench.deny()
        const refuses = (run: () => Promise<unknown>) =>
          run().then(
            () => false,
            () => true,
          )
        await eventually(() => refuses(() => sealer.seal('letter', place)), 'the key that seals is over')
        await eventually(() => refuses(() => sealer.open(sealed, place)), 'the key that opens is over')
        await fails(bench, () => sealer.seal('letter', place), 'sealing', 'access_denied')
        await fails(bench, () => sealer.open(sealed, place), 'opening', 'access_denied')
      },
      { cache: { maxAgeMs: 1, staleSealMs: 3_600_000, staleOpenMs: 3_600_000 } },
    ))

  it('many who open at once ask the service once', () =>
    using(async (bench) => {
      const place = { context: { app: 'contract' }, scope: 'tenant:acme' }
      const sealed = await createSealer({ keys: bench.create({}) }).seal('letter', place)
      const sealer = createSealer({ keys: bench.provider })
      await bench.wrap()
      const before = bench.fake.requests.length
      const opened = await Promise.all(Array.from({ length: 200 }, () => sealer.open(sealed, place)))
      expectThat(
        opened.every((text) => text === 'letter'),
        'all are opened',
      )
      expectThat(bench.fake.requests.length === before + 1, `${bench.fake.requests.length - before} requests were made, not 1`)
      for (let i = 0; i < 100; i++) await sealer.seal(i, place)
      const { requestsToWrap = 1 } = harness
      expectThat(
        bench.fake.requests.length === before + 1 + requestsToWrap,
        `${bench.fake.requests.length - before - 1} requests were made for a hundred seals, not ${requestsToWrap}`,
      )
    }))
}

import { createSealer } from '@waxseal/core'
import { wrapContext } from '@waxseal/core/keys'
import type { Fault } from '../../fakes/faults.js'
import { equalBytes, eventually, expectError, expectThat } from '../expectations.js'
import { type Cases, call, fails, quick } from './cases.js'

const OUTAGES: readonly Fault[] = [
  { kind: 'server_error' },
  { kind: 'unavailable' },
  { kind: 'dropped' },
  { kind: 'garbage' },
  { kind: 'truncated' },
  { kind: 'redirect', location: 'https://elsewhere.invalid/' },
]

/** What the service or the way to it does wrong, and what it refuses: always an error of the right code, never another key. */
export function failureCases({ it, harness, using }: Cases): void {
  it('KMS-down-at-boot-throws', () =>
    using(async (bench) => {
      bench.fake.faults.inject({ kind: 'dropped' }, { times: Number.POSITIVE_INFINITY })
      const sealer = createSealer({ keys: bench.create({ retry: quick }) })
      await fails(bench, () => sealer.seal('x', { context: { app: 'contract' } }), 'sealing', 'provider_unavailable')
      expectThat((await bench.create({ retry: quick }).status(call)) === 'unavailable', 'its status says so')
    }))

  for (const fault of OUTAGES)
    it(`${fault.kind}: an outage is tried again, and told as one if it lasts`, () =>
      using(async (bench) => {
        const wrapped = await bench.wrap()
        bench.fake.faults.inject(fault)
        expectThat(equalBytes(await bench.unwrap(wrapped), bench.key), 'the second attempt gives the key')
        bench.fake.faults.inject(fault)
        await bench.wrap()
        bench.fake.faults.inject(fault, { times: Number.POSITIVE_INFINITY })
        for (const run of [bench.wrap, () => bench.unwrap(wrapped)]) {
          const error = await fails(bench, run, fault.kind, 'provider_unavailable')
          expectThat(error.retryable, 'it is worth another try')
        }
      }))

  it('throttling is tried again after a pause, as long as the service asks, and told with it', () =>
    using(async (bench) => {
      bench.fake.faults.inject({ kind: 'throttled' }, { times: 3 })
      const wrapped = await bench.wrap()
      bench.fake.faults.inject({ kind: 'throttled', retryAfterSeconds: 60 }, { times: Number.POSITIVE_INFINITY })
      const before = bench.fake.requests.length
      const error = await fails(bench, () => bench.unwrap(wrapped), 'throttling', 'throttled')
      expectThat(error.retryable, 'it is worth another try')
      if (harness.saysRetryAfter === false) return
      expectThat(error.retryAfterMs === 60_000, 'the error says when')
      expectThat(bench.fake.requests.length === before + 1, 'the service is not asked before')
    }))

  it('a service that does not answer in time is a timeout', () =>
    using(
      async (bench) => {
        const wrapped = await bench.wrap()
        bench.fake.faults.inject({ kind: 'latency', ms: 30_000 }, { times: Number.POSITIVE_INFINITY })
        const error = await fails(bench, () => bench.unwrap(wrapped), 'waiting', 'timeout')
        expectThat(error.retryable, 'it is worth another try')
      },
      { attemptTimeoutMs: 250, deadlineMs: 600 },
    ))

  it('a caller ends his call in the middle of it', () =>
    using(
      async (bench) => {
        const wrapped = await bench.wrap()
        bench.fake.faults.inject({ kind: 'latency', ms: 30_000 }, { times: Number.POSITIVE_INFINITY })
        const abort = new AbortController()
        const context = wrapContext('envelope', bench.provider.id, bench.provider.version, 'tenant:acme')
        const before = bench.fake.arrived.length
        const asked = Promise.resolve(bench.provider.unwrapKey(wrapped, context, { ...call, signal: abort.signal }))
        asked.catch(() => {})
        await eventually(() => bench.fake.arrived.length > before, 'the service is asked')
        abort.abort()
        await fails(bench, () => asked, 'an aborted call', 'aborted')
      },
      { attemptTimeoutMs: 60_000, deadlineMs: 60_000 },
    ))

  it('a service that fails again and again is left alone', () =>
    using(async (bench) => {
      const wrapped = await bench.wrap()
      bench.fake.faults.inject({ kind: 'unavailable' }, { times: Number.POSITIVE_INFINITY })
      for (let i = 0; i < 5; i++) await fails(bench, () => bench.unwrap(wrapped), 'an outage', 'provider_unavailable')
      const before = bench.fake.requests.length
      for (let i = 0; i < 50; i++) await fails(bench, () => bench.unwrap(wrapped), 'an outage', 'provider_unavailable')
      expectThat(bench.fake.requests.length === before, 'it is not asked any more')
    }))

  it('a service that is back is asked again', () =>
    using(
      async (bench) => {
        const wrapped = await bench.wrap()
        bench.fake.faults.inject({ kind: 'unavailable' }, { times: Number.POSITIVE_INFINITY })
        for (let i = 0; i < 3; i++) await fails(bench, () => bench.unwrap(wrapped), 'an outage', 'provider_unavailable')
        bench.fake.faults.clear()
        let opened: Uint8Array | undefined
        await eventually(async () => {
          opened = await bench.unwrap(wrapped).catch(() => undefined)
          return opened !== undefined
        }, 'it opens again')
        expectThat(equalBytes(opened!, bench.key), 'it is the same key')
      },
      { retry: false, breaker: { failures: 2, openMs: 50 } },
    ))

  it('an answer whose bytes were changed gives no other key', () =>
    using(async (bench) => {
      const wrapped = await bench.wrap()
      bench.fake.faults.inject({ kind: 'corrupt' }, { times: Number.POSITIVE_INFINITY })
      const corrupt = await bench.wrap().catch(() => undefined)
      bench.fake.faults.clear()
      // Where the service sends no checksum a changed wrap is found when it is unwrapped, and then it is nobody's key.
      if (corrupt) await expectError(() => bench.unwrap(corrupt), 'a wrap that was changed on its way')
      expectThat(equalBytes(await bench.unwrap(wrapped), bench.key), 'what was wrapped before opens')
    }))

  it('a denial is a denial, at once and for as long as it lasts', () =>
    using(async (bench) => {
      const wrapped = await bench.wrap()
      bench.deny()
      for (const run of [bench.wrap, () => bench.unwrap(wrapped)]) {
        const before = bench.fake.requests.length
        const error = await fails(bench, run, 'a denial', 'access_denied')
        expectThat(!error.retryable, 'trying again does not help')
        expectThat(bench.fake.requests.length <= before + 3, 'it is not tried again and again')
      }
      bench.allow()
      expectThat(equalBytes(await bench.unwrap(wrapped), bench.key), 'once allowed it opens')
    }))

  it('clocks that differ lead to no other key, and where they can be reconciled they are', () =>
    using(async (bench) => {
      const wrapped = await bench.wrap()
      bench.fake.faults.inject({ kind: 'clock_skew', ms: 3_600_000 }, { times: 3 })
      if (harness.followsClock) {
        expectThat(equalBytes(await bench.unwrap(wrapped), bench.key), 'the request is made again by its clock')
        return
      }
      const opened = await bench.unwrap(wrapped).catch(() => undefined)
      expectThat(opened === undefined || equalBytes(opened, bench.key), 'there is the key or none')
    }))
}

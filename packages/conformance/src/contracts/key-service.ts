import { createSealer, type KeyCall, type KeyProvider, type MaybePromise, type WaxsealErrorCode } from '@waxseal/core'
import { type KeyServiceEvent, type KeyServiceOptions, wrapContext } from '@waxseal/core/keys'
import type { Fault } from '../fakes/faults.js'
import type { ServiceFake } from '../fakes/service-fake.js'
import { equalBytes, eventually, expectError, expectThat, randomBytes } from './expectations.js'
import type { Contract } from './runner.js'

/** A fake of the service, a provider that asks it, and what an operator of the service can do to it. */
export interface KeyServiceBench {
  readonly fake: ServiceFake
  /** A provider on one key of the fake, the same every time. */
  readonly create: (options: KeyServiceOptions) => KeyProvider
  /** The service denies this key to the provider, until `allow`. */
  readonly deny: () => void
  readonly allow: () => void
  /** With `enable`. */
  readonly disable?: () => void
  readonly enable?: () => void
  readonly destroy?: () => void
  readonly rotate?: () => void
  /** The provider can have fresh ones. */
  readonly expireCredentials?: () => void
  /** Texts that may stand in no error and no event: tokens, secrets. */
  readonly secrets: readonly string[]
}

/**
 * What an operator of the service can do to a key and its users: disable and enable the key, end it, give it new material while what
 * was wrapped before still opens, end the credentials in use.
 */
export type KeyServiceAct = 'disable' | 'destroy' | 'rotate' | 'expireCredentials'

export interface KeyServiceHarness {
  /** Begins the names of the tests. */
  readonly name: string
  /** What the bench can do, neither more nor less: what is not listed here has no test. */
  readonly can: readonly KeyServiceAct[]
  /** Called once a test. */
  readonly create: () => MaybePromise<KeyServiceBench>
  /** What a destroyed key is told as. Default `key_destroyed`. */
  readonly destroyed?: WaxsealErrorCode
  /** Whether a service whose clock differs by an hour is asked again by its own clock. Default false. */
  readonly followsClock?: boolean
  /** Whether the service says how long to wait when it throttles. Default true. */
  readonly saysRetryAfter?: boolean
  /** Whether the service re-wraps without showing the key. Default false. */
  readonly rewraps?: boolean
  /** Requests that it takes to wrap a data key. Default 1. */
  readonly requestsToWrap?: number
}

const call: KeyCall = { now: () => Date.now() }
const ACTS: readonly KeyServiceAct[] = ['disable', 'destroy', 'rotate', 'expireCredentials']
const quick = { baseMs: 1, throttledBaseMs: 1, maxMs: 100 }
const OUTAGES: readonly Fault[] = [
  { kind: 'server_error' },
  { kind: 'unavailable' },
  { kind: 'dropped' },
  { kind: 'garbage' },
  { kind: 'truncated' },
  { kind: 'redirect', location: 'https://elsewhere.invalid/' },
]

/** Does what was declared; a bench that cannot fails the test. */
function act(bench: KeyServiceBench, name: KeyServiceAct | 'enable'): void {
  const run = bench[name]
  expectThat(run !== undefined, `the bench has no ${name}`)
  run()
}

/**
 * What every provider on a remote key service keeps, whatever the service does: a failure is an error of the right code, never another
 * key; what may pass is tried again and told as worth another try; refusals are not; and the service is not asked more than it must.
 *
 * @example
 * keyServiceContract({ describe, it, harness: { name: 'awsKms', create: () => benchOnFakeAwsKms(), can: ['disable', 'rotate'] } })
 */
export function keyServiceContract({ describe, it, harness }: Contract<KeyServiceHarness>): void {
  interface Case extends KeyServiceBench {
    readonly provider: KeyProvider
    readonly wrap: () => Promise<Uint8Array>
    readonly unwrap: (wrapped: Uint8Array) => Promise<Uint8Array>
    readonly key: Uint8Array
    readonly events: KeyServiceEvent[]
  }

  const using = async (run: (bench: Case) => Promise<void>, options: KeyServiceOptions = {}): Promise<void> => {
    const bench = await harness.create()
    const events: KeyServiceEvent[] = []
    const provider = bench.create({ retry: quick, ...options, onEvent: (event) => events.push(event) })
    const context = wrapContext('envelope', provider.id, provider.version, 'tenant:acme')
    const key = randomBytes(32)
    const wrap = async () => provider.wrapKey(key, context, call)
    const unwrap = async (wrapped: Uint8Array) => provider.unwrapKey(wrapped, context, call)
    try {
      await run({ ...bench, provider, wrap, unwrap, key, events })
      const told = JSON.stringify(events)
      expectThat(!bench.secrets.some((secret) => told.includes(secret)), 'no event holds a secret')
    } finally {
      await provider.close?.()
    }
  }

  /** Must fail, with this code, and without a secret. */
  const fails = async (bench: Case, run: () => Promise<unknown>, what: string, code: WaxsealErrorCode) => {
    const error = await expectError(run, what, [code])
    const shown = [error.message, error.stack, JSON.stringify(error), String(error.cause), JSON.stringify(error.cause)].join('\n')
    expectThat(!bench.secrets.some((secret) => shown.includes(secret)), `${what}: the error holds a secret`)
    return error
  }

  const can = (act: KeyServiceAct) => harness.can.includes(act)

  describe(`${harness.name} keeps the contract of key services`, () => {
    it('its bench can do what was declared, and no more', () =>
      using(async (bench) => {
        for (const act of ACTS) expectThat(can(act) === (bench[act] !== undefined), `${act} is declared where the bench has it`)
        expectThat(can('disable') === (bench.enable !== undefined), 'what can be disabled can be enabled')
        const rewraps = bench.provider.rewrapKey !== undefined
        expectThat(rewraps === (harness.rewraps ?? false), 'rewraps is declared where the provider has rewrapKey')
      }))

    it('restart-with-same-KMS-key-still-decrypts', () =>
      using(async ({ wrap, key, create, provider }) => {
        const again = create({})
        const context = wrapContext('envelope', provider.id, provider.version, 'tenant:acme')
        expectThat(equalBytes(await again.unwrapKey(await wrap(), context, call), key), 'another process has the same key')
      }))

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

    if (can('disable'))
      it('a key that is disabled neither wraps nor unwraps, and does again when enabled', () =>
        using(async (bench) => {
          const wrapped = await bench.wrap()
          act(bench, 'disable')
          for (const run of [bench.wrap, () => bench.unwrap(wrapped)]) {
            const error = await fails(bench, run, 'a disabled key', 'key_suspended')
            expectThat(!error.retryable, 'trying again does not help')
          }
          expectThat((await bench.create({}).status(call)) === 'unavailable', 'its status says so')
          act(bench, 'enable')
          expectThat(equalBytes(await bench.unwrap(wrapped), bench.key), 'once enabled it opens')
          expectThat((await bench.create({}).status(call)) === 'available', 'its status says so')
        }))

    if (can('destroy'))
      it('a key that is gone is told as gone', () =>
        using(async (bench) => {
          const wrapped = await bench.wrap()
          act(bench, 'destroy')
          await fails(bench, () => bench.unwrap(wrapped), 'a key that is gone', harness.destroyed ?? 'key_destroyed')
        }))

    if (can('rotate'))
      it('what an older generation of the key wrapped still opens', () =>
        using(async (bench) => {
          const wrapped = await bench.wrap()
          act(bench, 'rotate')
          expectThat(equalBytes(await bench.unwrap(wrapped), bench.key), 'the old wrap opens')
          expectThat(equalBytes(await bench.unwrap(await bench.wrap()), bench.key), 'a new one does')
        }))

    if (can('rotate') && harness.rewraps)
      it('what an older generation of the key wrapped is re-wrapped without changing', () =>
        using(async (bench) => {
          const wrapped = await bench.wrap()
          act(bench, 'rotate')
          const { rewrapKey, id, version } = bench.provider
          const again = await rewrapKey!(wrapped, wrapContext('envelope', id, version, 'tenant:acme'), call)
          expectThat(!equalBytes(again, wrapped), 'it is another wrap')
          expectThat(equalBytes(await bench.unwrap(again), bench.key), 'of the same key')
        }))

    if (can('expireCredentials'))
      it('credentials that have expired are fetched again', () =>
        using(async (bench) => {
          const wrapped = await bench.wrap()
          act(bench, 'expireCredentials')
          expectThat(equalBytes(await bench.unwrap(wrapped), bench.key), 'the call goes through')
          act(bench, 'expireCredentials')
          const opened = await Promise.all(Array.from({ length: 20 }, () => bench.unwrap(wrapped)))
          expectThat(
            opened.every((key) => equalBytes(key, bench.key)),
            'many at once go through',
          )
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
  })
}

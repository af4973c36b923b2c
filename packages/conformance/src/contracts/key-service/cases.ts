import type { KeyCall, KeyProvider, WaxsealError, WaxsealErrorCode } from '@waxseal/core'
import { type KeyServiceEvent, type KeyServiceOptions, wrapContext } from '@waxseal/core/keys'
import { expectError, expectThat, randomBytes } from '../expectations.js'
import type { Contract } from '../runner.js'
import type { KeyServiceAct, KeyServiceBench, KeyServiceHarness } from './harness.js'

/** The bench of one test, with a provider on it and a data key to wrap. */
export interface Case extends KeyServiceBench {
  readonly provider: KeyProvider
  readonly wrap: () => Promise<Uint8Array>
  readonly unwrap: (wrapped: Uint8Array) => Promise<Uint8Array>
  readonly key: Uint8Array
}

/** What a group of tests is made with. */
export interface Cases {
  readonly it: Contract<KeyServiceHarness>['it']
  readonly harness: KeyServiceHarness
  /** Runs one test on a bench of its own; no event may hold a secret. */
  readonly using: (run: (bench: Case) => Promise<void>, options?: KeyServiceOptions) => Promise<void>
  readonly can: (act: KeyServiceAct) => boolean
}

export const call: KeyCall = { now: () => Date.now() }
export const quick = { baseMs: 1, throttledBaseMs: 1, maxMs: 100 }

/** Does what was declared; a bench that cannot fails the test. */
export function act(bench: KeyServiceBench, name: KeyServiceAct | 'enable'): void {
  const run = bench[name]
  expectThat(run !== undefined, `the bench has no ${name}`)
  run()
}

/** Must fail, with this code, and without a secret. */
export async function fails(
  bench: Case,
  run: () => Promise<unknown>,
  what: string,
  code: WaxsealErrorCode,
): Promise<WaxsealError> {
  const error = await expectError(run, what, [code])
  const shown = [error.message, error.stack, JSON.stringify(error), String(error.cause), JSON.stringify(error.cause)].join('\n')
  expectThat(!bench.secrets.some((secret) => shown.includes(secret)), `${what}: the error holds a secret`)
  return error
}

export const casesOn = ({ it, harness }: Pick<Contract<KeyServiceHarness>, 'it' | 'harness'>): Cases => ({
  it,
  harness,
  can: (act) => harness.can.includes(act),
  async using(run, options = {}) {
    const bench = await harness.create()
    const events: KeyServiceEvent[] = []
    const provider = bench.create({ retry: quick, ...options, onEvent: (event) => events.push(event) })
    const context = wrapContext('envelope', provider.id, provider.version, 'tenant:acme')
    const key = randomBytes(32)
    const wrap = async () => provider.wrapKey(key, context, call)
    const unwrap = async (wrapped: Uint8Array) => provider.unwrapKey(wrapped, context, call)
    try {
      await run({ ...bench, provider, wrap, unwrap, key })
      const told = JSON.stringify(events)
      expectThat(!bench.secrets.some((secret) => told.includes(secret)), 'no event holds a secret')
    } finally {
      await provider.close?.()
    }
  },
})

import { wrapContext } from '@waxseal/core/keys'
import { equalBytes, expectThat } from './expectations.js'
import { cacheCases } from './key-service/cache-cases.js'
import { call, casesOn } from './key-service/cases.js'
import { failureCases } from './key-service/failure-cases.js'
import type { KeyServiceAct, KeyServiceHarness } from './key-service/harness.js'
import { keyStateCases } from './key-service/key-state-cases.js'
import type { Contract } from './runner.js'

export type { KeyServiceAct, KeyServiceBench, KeyServiceHarness } from './key-service/harness.js'

const ACTS: readonly KeyServiceAct[] = ['disable', 'destroy', 'rotate', 'expireCredentials']

/**
 * What every provider on a remote key service keeps, whatever the service does: a failure is an error of the right code, never another
 * key; what may pass is tried again and told as worth another try; refusals are not; and the service is not asked more than it must.
 *
 * @example
 * keyServiceContract({ describe, it, harness: { name: 'awsKms', create: () => benchOnFakeAwsKms(), can: ['disable', 'rotate'] } })
 */
export function keyServiceContract({ describe, it, harness }: Contract<KeyServiceHarness>): void {
  const cases = casesOn({ it, harness })
  const { using, can } = cases

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

    failureCases(cases)
    keyStateCases(cases)
    cacheCases(cases)
  })
}

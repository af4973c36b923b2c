import { carryingCases } from './queue-adapter/carrying-cases.js'
import { clearCases } from './queue-adapter/clear-cases.js'
import type { QueueAdapterHarness } from './queue-adapter/harness.js'
import { refusingCases } from './queue-adapter/refusing-cases.js'
import { rollOutCases } from './queue-adapter/roll-out-cases.js'
import { tellingCases } from './queue-adapter/telling-cases.js'
import type { Contract } from './runner.js'

/**
 * What every adapter of a queue keeps, on a real one: handlers get what was given, the backend sees none of it, whatever is
 * stored; what was tampered with reaches no handler; jobs in clear, new keys and keys that are gone do what they are meant to; what it tells `onEvent` and the host shows nothing
 * of a job.
 *
 * @example
 * queueAdapterContract({ describe, it, harness: { name: 'my queue', create: myBench } })
 */
export function queueAdapterContract(contract: Contract<QueueAdapterHarness>): void {
  contract.describe(`${contract.harness.name} keeps the contract of adapters of queues`, () => {
    carryingCases(contract)
    refusingCases(contract)
    rollOutCases(contract)
    tellingCases(contract)
    clearCases(contract)
  })
}

import { findingCases } from './row-adapter/finding-cases.js'
import type { RowAdapterHarness } from './row-adapter/harness.js'
import { refusingCases } from './row-adapter/refusing-cases.js'
import { storingCases } from './row-adapter/storing-cases.js'
import type { Contract } from './runner.js'

/**
 * What every adapter of a database keeps, on a real one: rows are read as they were written, the database sees none of what is
 * sealed, what was moved is refused, and sealed values can be found and kept unique.
 *
 * @example
 * rowAdapterContract({ describe, it, harness: { name: 'my adapter on PostgreSQL', create: myBench } })
 */
export function rowAdapterContract(contract: Contract<RowAdapterHarness>): void {
  contract.describe(`${contract.harness.name} keeps the contract of adapters of databases`, () => {
    storingCases(contract)
    refusingCases(contract)
    findingCases(contract)
  })
}

// What runs on the other runtimes; bundled by runtimes.ts.
import { type Cost, costOf } from './cost.ts'
import { measure, type Pace } from './measure.ts'
import { type SuiteOptions, suite } from './suite.ts'

export interface RuntimeCosts {
  readonly costs: readonly Cost[]
  readonly missing: readonly string[]
}

/** All but the candidates whose name fits the pattern `skip`. */
export async function costsHere(options: SuiteOptions & Pace & { skip: string }): Promise<RuntimeCosts> {
  const skip = new RegExp(options.skip)
  const { candidates, missing } = await suite({ ...options, only: (name) => !skip.test(name) })
  const measured = await measure(candidates, options)
  return { costs: measured.map(costOf), missing }
}

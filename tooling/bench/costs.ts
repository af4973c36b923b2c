import { type Cost, costOf } from './cost.ts'
import { measure, type Pace } from './measure.ts'
import { type SuiteOptions, suite } from './suite.ts'
import { WORKS } from './workloads.ts'

export interface RuntimeCosts {
  readonly costs: readonly Cost[]
  /** Peers that do not run here, and why. */
  readonly missing: readonly string[]
}

/** What everything costs on this runtime, one piece of work after another: the large values of one are gone before the next begins. */
export async function costsHere({ only = () => true, ...options }: SuiteOptions & Pace): Promise<RuntimeCosts> {
  const costs: Cost[] = []
  let missing: readonly string[] = []
  for (const work of WORKS) {
    const { candidates, missing: here } = await suite({ ...options, only: (name) => work.test(name) && only(name) })
    missing = here
    costs.push(...(await measure(candidates, options)).map(costOf))
  }
  return { costs, missing }
}

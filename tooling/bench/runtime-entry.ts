// What runs on the other runtimes; bundled by runtimes.ts.
import { costsHere, type RuntimeCosts } from './costs.ts'
import type { Pace } from './measure.ts'

export interface RuntimeOptions extends Pace {
  /** Candidates that are left out, by a pattern of their names. */
  readonly skip: string
  readonly web?: boolean
}

export function run({ skip, ...options }: RuntimeOptions): Promise<RuntimeCosts> {
  const left = new RegExp(skip)
  return costsHere({ ...options, only: (name) => !left.test(name) })
}

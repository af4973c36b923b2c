import type { InputJob } from './job-file.js'

/** The type of the job that fails on purpose. */
export const FAILURE_TYPE = 'demo.failure'

/** A job whose handler throws an error full of card data. `planted`, if given, stays readable, for the search to find. */
export const deliberateFailure = (planted?: Readonly<Record<string, string>>): InputJob => ({
  type: FAILURE_TYPE,
  data: { ...(planted && { planted }), card: { number: '4000000000000002', holder: 'Deliberate Failure Holder' } },
})

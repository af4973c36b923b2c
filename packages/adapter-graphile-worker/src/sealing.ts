import type { JobSealing } from './job-sealing.js'
import type { SealOptions } from './seal-options.js'

/** How jobs are sealed, loaded when it is first asked for; this and nothing else loads cryptography. */
export type Sealing = () => Promise<JobSealing>

export function load(seal: SealOptions): Sealing {
  let loaded: Promise<JobSealing> | undefined
  return () => {
    loaded ??= import('./job-sealing.js').then(({ createJobSealing }) => createJobSealing(seal))
    return loaded
  }
}

import { takeSeal } from '@waxseal/adapter-kit/names'
import type { JobSealing } from './job-sealing.js'
import type { SealOptions } from './seal-options.js'

const sealings = new WeakMap<object, Promise<JobSealing>>()

/** Loads the sealing of `seal`; this and nothing else loads cryptography. Every method that carries payloads reports its errors. */
export function loadSealing(seal: SealOptions): Promise<JobSealing> {
  const loaded = import('./job-sealing.js').then(({ createJobSealing }) => createJobSealing(seal))
  loaded.catch(() => {})
  return loaded
}

/** Lets whatever belongs to a queue find how its jobs are sealed. */
export function register(owner: object, sealing: Promise<JobSealing> | undefined): void {
  if (sealing) sealings.set(owner, sealing)
}

/** How the jobs of a queue, worker, producer or scheduler are sealed; undefined where BullMQ is left alone. */
export const sealingOf = (owner: object): Promise<JobSealing> | undefined => sealings.get(owner)

/** What BullMQ is given, and how what is made of it seals. */
export function takeSealing(given: object | undefined): {
  readonly sealing: Promise<JobSealing> | undefined
  readonly options: object | undefined
} {
  const { seal, options } = takeSeal<object | undefined, SealOptions>(given)
  return { sealing: seal && loadSealing(seal), options }
}
